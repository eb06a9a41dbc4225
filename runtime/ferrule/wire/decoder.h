// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ferrule/base/buffer.h"
#include "ferrule/wire/handle.h"
#include "ferrule/wire/interface_ends.h"
#include "ferrule/wire/interface_id_list.h"
#include "ferrule/wire/layout.h"
#include "ferrule/wire/validation_error.h"
#include "ferrule/wire/wire_limits.h"

namespace ferrule {
class Bytes;
}

namespace ferrule::wire {

static_assert(std::endian::native == std::endian::little, "the wire format is little-endian");

/// What a struct of one version looks like: its size with the 8-byte header. A struct's versions
/// are listed from 0 upwards.
struct StructVersion {
  uint32_t version;
  uint32_t num_bytes;
};

/// An array whose header was checked and whose memory is claimed.
struct ArrayExtent {
  size_t at = 0;  ///< of the first byte behind the header
  uint32_t num_elements = 0;
};

/// The wall between the bytes of a peer and the values of the application: checks a message while
/// it is turned into values, in one pass, and gives up at the first broken rule.
///
/// It keeps what is not yet claimed of the payload, [next_, end_). Claiming a range demands that it
/// lies in what is left, and moves `next_` behind it; so objects come in order, never overlap and
/// are never read twice. Handles and interface ids are claimed in the same way. Only claimed bytes
/// are read; no size is used before it was checked; `charge` bounds what is allocated.
///
/// Borrows the buffer, whose bytes must not change, and takes handles out of the list. Functions
/// return false once something is wrong; stop then, `failure()` knows what. Used by one thread.
class Decoder {
 public:
  /// The payload is [payload_offset, payload_end) of `message_bytes`.
  Decoder(const Buffer& message_bytes, size_t payload_offset, size_t payload_end,
          std::vector<Handle>& handles, InterfaceIdList interface_ids = {});

  /// Bytes without a message header, all of them the payload: a struct on its own. They belong to
  /// somebody else, so byte arrays are always copied.
  Decoder(std::span<const uint8_t> bytes, std::vector<Handle>& handles);

  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Lets pass what only the C++ types refuse: bad UTF-8, repeated keys, a handle of another kind.
  /// For tools that judge the format alone.
  void check_format_only() noexcept { checks_values_ = false; }

  size_t payload_offset() const noexcept { return payload_offset_; }

  /// Records the first failure. False.
  bool fail(ValidationError error, size_t at);
  /// The bytes are sound, but the C++ type has no such value; `detail` is a literal. False as a
  /// rule; true if only the format is checked, and then the value does not matter.
  bool refuse_value(size_t at, std::string_view detail);
  /// Puts a name or index in front of the failure's path: read(..) || d.in_field("b"). False.
  bool in_field(const char* name);
  bool in_element(size_t index);
  const DecodeFailure& failure() const noexcept { return failure_; }

  /// The bytes at `at`, which were claimed.
  template <class Number>
  Number load(size_t at) const noexcept {
    static_assert(std::is_arithmetic_v<Number>);
    Number value;
    std::memcpy(&value, data_ + at, sizeof(value));
    return value;
  }
  bool load_bit(size_t at, size_t bit) const noexcept {
    return ((data_[at + bit / 8] >> (bit % 8)) & 1U) != 0;
  }
  const uint8_t* claimed_bytes(size_t at) const noexcept { return data_ + at; }

  /// Checks and claims the struct that begins at `at` and sets the version it was sent with.
  bool claim_struct(size_t at, std::span<const StructVersion> known, uint32_t& version);
  /// Checks and claims an array; `fixed_size` 0 means that any number of elements will do.
  bool claim_array(size_t at, ArrayLayout layout, uint32_t fixed_size, ArrayExtent& out) {
    if (!begin_object(at)) return false;
    const auto num_elements = load<uint32_t>(at + 4);
    return claim_elements(at, layout.storage_bytes(num_elements), num_elements, fixed_size, out);
  }
  /// Checks and claims the struct behind a map pointer; the pointers to keys and values begin at
  /// `at + 8` and `at + 16`.
  bool claim_map(size_t at);
  /// Claims the byte at `at`: where the payload begins, as the message header has it.
  bool claim_payload(size_t at);
  /// Checks and claims a union behind a pointer.
  bool claim_union(size_t at);

  bool is_null_pointer(size_t at) const noexcept { return load<uint64_t>(at) == 0; }
  /// Follows the pointer at `at`, which may not be null, one object deeper. `leave` afterwards.
  bool enter_pointer(size_t at, size_t& object);
  /// One level deeper, and back. `leave` returns true, to stand last in a chain.
  bool enter(size_t at) {
    if (depth_ >= kMaxDepth) [[unlikely]]
      return fail(ValidationError::kMaxRecursionDepth, at);
    ++depth_;
    return true;
  }
  bool leave() noexcept {
    --depth_;
    return true;
  }

  static constexpr uint32_t kNoIndex = 0xffffffff;
  bool is_no_handle(size_t at) const noexcept { return load<uint32_t>(at) == kNoIndex; }
  /// Takes the handle whose index stands at `at`; none is an error.
  bool take_handle(size_t at, Handle& out);
  /// Claims the interface id whose index stands at `at`; none is an error.
  bool take_interface_id(size_t at, uint32_t& out);
  /// The end of an associated interface whose id's index stands at `at`; none is an error.
  bool take_interface_end(size_t at, std::unique_ptr<InterfaceEnd>& out);
  /// Who knows what the ids stand for; borrowed.
  void set_interface_ends(InterfaceEnds* ends) noexcept { ends_ = ends; }

  /// Room for `num_bytes` is about to be allocated for what is at `at`. False if that is more than
  /// the message may cost.
  bool charge(size_t num_bytes, size_t at) {
    if (num_bytes > budget_) [[unlikely]]
      return fail_budget(at);
    budget_ -= num_bytes;
    return true;
  }
  /// `count` objects of `object_bytes`.
  bool charge(size_t count, size_t object_bytes, size_t at) {
    if (count > budget_ / object_bytes) [[unlikely]]
      return fail_budget(at);
    budget_ -= count * object_bytes;
    return true;
  }

  /// Claimed bytes as a value: a reference into the message's memory where they are a good part of
  /// it, else a copy.
  bool take_bytes(size_t at, size_t num_bytes, Bytes& out);

 private:
  bool is_in_range(size_t at, size_t num_bytes) const noexcept {
    return num_bytes > 0 && at >= next_ && at <= end_ && num_bytes <= end_ - at;
  }
  bool claim(size_t at, size_t num_bytes) noexcept {
    if (!is_in_range(at, num_bytes)) return false;
    next_ = at + num_bytes;
    return true;
  }
  /// The checks that every object begins with: aligned, and its header in range.
  bool begin_object(size_t at) {
    if (at % 8 != 0) [[unlikely]]
      return fail(ValidationError::kMisalignedObject, at);
    return is_in_range(at, kObjectHeaderBytes) || fail(ValidationError::kIllegalMemoryRange, at);
  }
  bool claim_elements(size_t at, uint64_t storage_bytes, uint32_t num_elements, uint32_t fixed_size,
                      ArrayExtent& out);
  bool claim_object(size_t at, uint32_t& num_bytes);
  bool fail_budget(size_t at);

  const MemoryRef* const memory_ = nullptr;
  const uint8_t* const data_;
  size_t next_;
  size_t end_;
  size_t budget_;
  uint32_t depth_ = 0;
  bool checks_values_ = true;
  std::vector<Handle>& handles_;
  size_t next_handle_ = 0;
  InterfaceIdList interface_ids_;
  size_t next_interface_id_ = 0;
  InterfaceEnds* ends_ = nullptr;
  size_t payload_offset_;
  DecodeFailure failure_;
};

}  // namespace ferrule::wire
