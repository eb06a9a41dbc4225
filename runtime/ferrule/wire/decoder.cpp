// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/decoder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/wire/bytes.h"

// The order of the checks in this file is part of the format: the first rule broken is the one that
// is reported, and docs/wire-format.md says which is first. Offsets and sizes are 64 bits wide, a
// size on the wire 32, and a message far smaller, so no sum here can wrap; ranges are compared by
// subtraction all the same.

namespace ferrule::wire {
namespace {

bool fits_version(uint32_t num_bytes, uint32_t version, std::span<const StructVersion> known) {
  const StructVersion& newest = known.back();
  if (version > newest.version) return num_bytes >= newest.num_bytes;
  auto entry = known.rbegin();
  while (entry->version > version) ++entry;
  return num_bytes == entry->num_bytes;
}

}  // namespace

Decoder::Decoder(const Buffer& message_bytes, size_t payload_offset, size_t payload_end,
                 std::vector<Handle>& handles, InterfaceIdList interface_ids)
    : memory_(message_bytes.empty() ? nullptr : &message_bytes.memory()),
      data_(message_bytes.data()),
      next_(payload_offset),
      end_(payload_end),
      budget_(kAllocationSlackBytes),
      handles_(handles),
      interface_ids_(interface_ids),
      payload_offset_(payload_offset) {
  FERRULE_CHECK(payload_offset <= payload_end && payload_end <= message_bytes.size());
  FERRULE_CHECK(memory_ == nullptr || (*memory_)->kind() != MemoryKind::kShared);
  budget_ += std::min(payload_end - payload_offset, kMaxMessageBytes) * kAllocationFactor;
}

Decoder::Decoder(std::span<const uint8_t> bytes, std::vector<Handle>& handles)
    : data_(bytes.data()),
      next_(0),
      end_(bytes.size()),
      budget_(kAllocationSlackBytes + std::min(end_, kMaxMessageBytes) * kAllocationFactor),
      handles_(handles),
      payload_offset_(0) {}

bool Decoder::fail(ValidationError error, size_t at) {
  if (failure_.error == ValidationError::kNone) failure_ = {error, at, {}, {}};
  return false;
}

bool Decoder::refuse_value(size_t at, std::string_view detail) {
  if (!checks_values_) return true;
  const bool is_first = failure_.error == ValidationError::kNone;
  fail(ValidationError::kDeserializationFailed, at);
  if (is_first) failure_.detail = detail;
  return false;
}

bool Decoder::fail_budget(size_t at) {
  const bool is_first = failure_.error == ValidationError::kNone;
  fail(ValidationError::kDeserializationFailed, at);
  if (is_first) failure_.detail = "it would take too much memory";
  return false;
}

bool Decoder::in_field(const char* name) {
  std::string& path = failure_.field_path;
  const bool needs_dot = !path.empty() && path.front() != '[';
  path.insert(0, needs_dot ? std::string(name) + "." : std::string(name));
  return false;
}

bool Decoder::in_element(size_t index) {
  std::string& path = failure_.field_path;
  const bool needs_dot = !path.empty() && path.front() != '[';
  path.insert(0, "[" + std::to_string(index) + (needs_dot ? "]." : "]"));
  return false;
}

bool Decoder::claim_object(size_t at, uint32_t& num_bytes) {
  if (!begin_object(at)) return false;
  num_bytes = load<uint32_t>(at);
  if (num_bytes < kObjectHeaderBytes) return fail(ValidationError::kUnexpectedStructHeader, at);
  return claim(at, num_bytes) || fail(ValidationError::kIllegalMemoryRange, at);
}

bool Decoder::claim_struct(size_t at, std::span<const StructVersion> known, uint32_t& version) {
  uint32_t num_bytes = 0;
  if (!claim_object(at, num_bytes)) return false;
  version = load<uint32_t>(at + 4);
  return fits_version(num_bytes, version, known) ||
         fail(ValidationError::kUnexpectedStructHeader, at);
}

bool Decoder::claim_elements(size_t at, uint64_t storage_bytes, uint32_t num_elements,
                             uint32_t fixed_size, ArrayExtent& out) {
  const auto num_bytes = load<uint32_t>(at);
  if (kObjectHeaderBytes + storage_bytes > num_bytes) {
    return fail(ValidationError::kUnexpectedArrayHeader, at);
  }
  if (fixed_size != 0 && num_elements != fixed_size) {
    return fail(ValidationError::kUnexpectedArrayHeader, at);
  }
  if (!claim(at, num_bytes)) return fail(ValidationError::kIllegalMemoryRange, at);
  out = {at + kObjectHeaderBytes, num_elements};
  return true;
}

bool Decoder::claim_map(size_t at) {
  uint32_t num_bytes = 0;
  if (!claim_object(at, num_bytes)) return false;
  return (num_bytes == kMapBytes && load<uint32_t>(at + 4) == 0) ||
         fail(ValidationError::kUnexpectedStructHeader, at);
}

bool Decoder::claim_payload(size_t at) {
  return claim(at, 1) || fail(ValidationError::kIllegalMemoryRange, at);
}

bool Decoder::claim_union(size_t at) {
  if (at % 8 != 0) return fail(ValidationError::kMisalignedObject, at);
  return (claim(at, kUnionBytes) && load<uint32_t>(at) == kUnionBytes) ||
         fail(ValidationError::kIllegalMemoryRange, at);
}

bool Decoder::enter_pointer(size_t at, size_t& object) {
  const auto distance = load<uint64_t>(at);
  if (distance == 0) return fail(ValidationError::kUnexpectedNullPointer, at);
  if (!enter(at)) return false;
  if (distance > UINT32_MAX) return fail(ValidationError::kIllegalPointer, at);
  object = at + static_cast<size_t>(distance);
  return true;
}

bool Decoder::take_handle(size_t at, Handle& out) {
  const auto index = load<uint32_t>(at);
  if (index == kNoIndex) return fail(ValidationError::kUnexpectedInvalidHandle, at);
  if (index < next_handle_ || index >= handles_.size()) {
    return fail(ValidationError::kIllegalHandle, at);
  }
  next_handle_ = size_t{index} + 1;
  out = std::move(handles_[index]);
  return true;
}

bool Decoder::take_interface_id(size_t at, uint32_t& out) {
  const auto index = load<uint32_t>(at);
  if (index == kNoIndex) return fail(ValidationError::kUnexpectedInvalidInterfaceId, at);
  if (index < next_interface_id_ || index >= interface_ids_.size()) {
    return fail(ValidationError::kIllegalInterfaceId, at);
  }
  next_interface_id_ = size_t{index} + 1;
  out = interface_ids_[index];
  return true;
}

bool Decoder::take_interface_end(size_t at, std::unique_ptr<InterfaceEnd>& out) {
  uint32_t id = 0;
  if (!take_interface_id(at, id)) return false;
  out = ends_ != nullptr ? ends_->take_end(id) : nullptr;
  return out != nullptr || refuse_value(at, "nobody knows the associated interface");
}

bool Decoder::take_bytes(size_t at, size_t num_bytes, Bytes& out) {
  const std::span<const uint8_t> view(claimed_bytes(at), num_bytes);
  if (memory_ != nullptr && num_bytes >= kMinReferredBytes &&
      num_bytes >= (*memory_)->size() / kMaxPinnedFactor) {
    out = Bytes(*memory_, view);
    return true;
  }
  if (!charge(num_bytes, at)) return false;
  out = Bytes::copy_of(view);
  return true;
}

}  // namespace ferrule::wire
