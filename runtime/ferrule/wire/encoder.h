// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ferrule/base/buffer.h"
#include "ferrule/base/check.h"
#include "ferrule/base/checked_math.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/interface_ends.h"
#include "ferrule/wire/layout.h"
#include "ferrule/wire/message.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/wire/wire_limits.h"

namespace ferrule::wire {

static_assert(std::endian::native == std::endian::little, "the wire format is little-endian");

/// Writes the objects of one message into a buffer that a `SizeCounter` measured, one after the
/// other, depth first. Objects are claimed, which zeroes them, and then filled; what was claimed is
/// named by its distance from the start of the buffer.
///
/// A value that cannot be sent makes the encoder fail: writing goes on, harmlessly, and `finish`
/// says what was wrong. Writing outside the buffer, or other bytes than were measured, is a bug and
/// aborts. Used by one thread, for one message.
class Encoder {
 public:
  /// `buffer` has `kMessageHeaderBytes` and what the counter says; its contents do not matter. The
  /// header goes to its front.
  Encoder(Buffer&& buffer, const MessageHeader& header) : Encoder(std::move(buffer)) {
    has_header_ = true;
    const size_t at = claim_uninitialized(sizeof(header));
    if (at != kNowhere) std::memcpy(data_ + at, &header, sizeof(header));
  }
  /// Without a message header: the payload begins at 0.
  static Encoder for_payload(Buffer buffer) { return Encoder(std::move(buffer)); }
  /// Takes all writing, keeps nothing, and finishes with `error`.
  static Encoder refused(Error error);

  Encoder(Encoder&&) noexcept = default;
  Encoder& operator=(Encoder&&) noexcept = default;

  /// The next object, padded to 8 and zeroed.
  size_t claim(size_t num_bytes) {
    const size_t at = claim_uninitialized(num_bytes);
    if (at != kNowhere) [[likely]]
      std::memset(data_ + at, 0, round_up_to_8(num_bytes));
    return at;
  }
  /// The next object; only its padding is zeroed. The caller fills the rest.
  size_t claim_bytes_uninitialized(size_t num_bytes);
  /// The next object, an array, with its header written and all else zero. Returns where what is
  /// behind the header begins.
  size_t claim_array(ArrayLayout layout, size_t num_elements);
  /// An array whose elements are `num_bytes` at `elements`, as they are.
  void put_array(const void* elements, size_t num_bytes, size_t num_elements) {
    const size_t at = claim_uninitialized(kObjectHeaderBytes, num_bytes);
    if (at == kNowhere) [[unlikely]]
      return;
    // The last word first, whole: of a short array the header and the elements overwrite it.
    std::memset(data_ + position_ - 8, 0, 8);
    write_array_header(at, num_bytes, num_elements);
    if (num_bytes != 0) std::memcpy(data_ + at + kObjectHeaderBytes, elements, num_bytes);
  }
  /// Room for the elements of an array that will be claimed later, at the very end of the buffer,
  /// which is written last; `put_array_from_aside` takes them from there. Only one array at a time.
  /// Null if the encoder failed.
  uint8_t* put_aside(size_t num_bytes) {
    if (num_bytes <= size_ - position_) [[likely]]
      return data_ + size_ - num_bytes;
    write_outside();
    return nullptr;
  }
  void put_array_from_aside(size_t num_bytes, size_t num_elements);

  /// The bytes of an object that was claimed; null if it has no room because the encoder failed.
  uint8_t* claimed(size_t at) const noexcept { return at == kNowhere ? nullptr : data_ + at; }

  template <class Number>
  void write(size_t at, Number value) {
    static_assert(std::is_arithmetic_v<Number>);
    if (!is_inside(at, sizeof(value))) [[unlikely]]
      return write_outside();
    std::memcpy(data_ + at, &value, sizeof(value));
  }
  /// Sets bit `bit` of the bytes that begin at `at`.
  void write_bit(size_t at, size_t bit, bool value) {
    const size_t place = at + bit / 8;
    if (!is_inside(place, 1)) [[unlikely]]
      return write_outside();
    const auto mask = static_cast<uint8_t>(1U << (bit % 8));
    data_[place] = static_cast<uint8_t>(value ? data_[place] | mask : data_[place] & ~mask);
  }

  /// A pointer at `at` to the object that is claimed next.
  void write_pointer(size_t at) { write(at, static_cast<uint64_t>(position_ - at)); }

  /// Hands `handle` to the message and writes its index; an invalid one is written as none.
  void put_handle(size_t at, Handle handle);
  /// Adds `id` to the ids of associated interfaces and writes its index; `kInvalidInterfaceId` is
  /// written as none. The counter must have been told.
  void put_interface_id(size_t at, uint32_t id);
  /// Sends the end of an associated interface with the message. Fails if it cannot be sent, and
  /// where nobody was set to give it an id.
  void put_interface_end(size_t at, std::unique_ptr<InterfaceEnd> end);
  /// Who gives ids to associated interfaces; borrowed.
  void set_interface_ends(InterfaceEnds* ends) noexcept { ends_ = ends; }
  /// A pointer at `at`, and the array<uint8> that it points to. From `kDeferredCopyBytes` on the
  /// bytes are not copied now if the buffer is shared memory: see `Buffer::defer_copy`.
  void put_bytes(size_t at, std::span<const uint8_t> bytes) {
    write_pointer(at);
    put_bytes_object(bytes);
  }
  /// The array alone.
  void put_bytes_object(std::span<const uint8_t> bytes);

  /// One object deeper, and back. False at `kMaxDepth`, where the receiver would refuse: the
  /// encoder has failed, and the object must be left out.
  bool enter() {
    if (depth_ >= kMaxDepth) [[unlikely]]
      return fail_depth();
    ++depth_;
    return true;
  }
  void leave() noexcept { --depth_; }

  /// The value cannot be sent. `what` says why, for the programmer who tried: "the handle is not
  /// valid". The first call counts.
  void fail(std::string_view what);
  void fail_at(size_t at, std::string_view what);
  bool has_failed() const noexcept { return error_.has_value(); }

  /// The message, or `Errc::kInvalidArgument` after `fail`.
  Result<Message> finish() && {
    if (!interface_ids_.empty()) write_interface_ids();
    if (error_) [[unlikely]]
      return *std::move(error_);
    FERRULE_CHECK(position_ == size_);
    return Message(std::move(buffer_), std::move(handles_));
  }

 private:
  explicit Encoder(Buffer&& buffer) noexcept
      : buffer_(std::move(buffer)), data_(buffer_.data()), size_(buffer_.size()) {
    if (size_ > kMaxMessageBytes) [[unlikely]]
      refuse_size();
  }

  /// Beyond every buffer; where objects lie that have no room because the encoder failed.
  static constexpr size_t kNowhere = SIZE_MAX / 2;

  bool is_inside(size_t at, size_t num_bytes) const noexcept {
    return num_bytes <= size_ && at <= size_ - num_bytes;
  }
  size_t claim_uninitialized(size_t num_bytes, size_t num_more = 0) {
    const size_t at = position_;
    const size_t left = size_ - at;
    if (num_bytes > left || num_more > left || round_up_to_8(num_bytes + num_more) > left)
        [[unlikely]] {
      write_outside();
      return kNowhere;
    }
    position_ = at + round_up_to_8(num_bytes + num_more);
    return at;
  }
  void write_array_header(size_t at, size_t num_bytes, size_t num_elements) {
    const uint32_t header[] = {static_cast<uint32_t>(kObjectHeaderBytes + num_bytes),
                               static_cast<uint32_t>(num_elements)};
    std::memcpy(data_ + at, header, sizeof(header));
  }
  void write_outside() const;
  bool fail_depth();
  void refuse_size();
  void write_interface_ids();

  Buffer buffer_;
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t position_ = 0;
  uint32_t depth_ = 0;
  bool has_header_ = false;
  std::vector<Handle> handles_;
  std::vector<uint32_t> interface_ids_;
  InterfaceEnds* ends_ = nullptr;
  std::optional<Error> error_;
};

}  // namespace ferrule::wire
