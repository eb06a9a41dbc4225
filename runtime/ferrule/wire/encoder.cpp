// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/encoder.h"

#include <cstddef>
#include <string>
#include <utility>

#include "ferrule/base/check.h"

namespace ferrule::wire {
namespace {

constexpr uint32_t kNoIndex = 0xffffffff;

}  // namespace

void Encoder::refuse_size() {
  error_.emplace(Errc::kMessageTooLarge,
                 "a message of " + std::to_string(size_) + " bytes is above the limit");
  size_ = 0;
}

Encoder Encoder::refused(Error error) {
  Encoder encoder{Buffer()};
  encoder.error_ = std::move(error);
  return encoder;
}

size_t Encoder::claim_bytes_uninitialized(size_t num_bytes) {
  const size_t at = claim_uninitialized(num_bytes);
  if (at != kNowhere) {
    std::memset(data_ + at + num_bytes, 0, round_up_to_8(num_bytes) - num_bytes);
  }
  return at;
}

size_t Encoder::claim_array(ArrayLayout layout, size_t num_elements) {
  const size_t num_bytes = kObjectHeaderBytes + layout.storage_bytes(num_elements);
  const size_t at = claim(num_bytes);
  write(at, static_cast<uint32_t>(num_bytes));
  write(at + 4, static_cast<uint32_t>(num_elements));
  return at + kObjectHeaderBytes;
}

// Where the array belongs is never behind what was put aside, so the elements move to the front and
// go first: writing the header or the padding before could hit some that did not move yet.
void Encoder::put_array_from_aside(size_t num_bytes, size_t num_elements) {
  const size_t at = claim_uninitialized(kObjectHeaderBytes, num_bytes);
  if (at == kNowhere) return;
  const size_t elements = at + kObjectHeaderBytes;
  std::memmove(data_ + elements, data_ + size_ - num_bytes, num_bytes);
  std::memset(data_ + elements + num_bytes, 0, position_ - elements - num_bytes);
  write_array_header(at, num_bytes, num_elements);
}

void Encoder::put_bytes_object(std::span<const uint8_t> bytes) {
  // Only into shared memory: whoever sends that copies piece by piece, while the peer takes pieces
  // out.
  if (bytes.size() < kDeferredCopyBytes || !buffer_.memory() ||
      buffer_.memory()->kind() != MemoryKind::kShared) {
    return put_array(bytes.data(), bytes.size(), bytes.size());
  }
  const size_t at = claim_bytes_uninitialized(kObjectHeaderBytes + bytes.size());
  write(at, static_cast<uint32_t>(kObjectHeaderBytes + bytes.size()));
  write(at + 4, static_cast<uint32_t>(bytes.size()));
  if (at != kNowhere) buffer_.defer_copy(at + kObjectHeaderBytes, bytes);
}

void Encoder::put_handle(size_t at, Handle handle) {
  if (!handle.is_valid()) return write(at, kNoIndex);
  if (handles_.size() == kMaxMessageHandles) return fail("the message has too many handles");
  write(at, static_cast<uint32_t>(handles_.size()));
  handles_.push_back(std::move(handle));
}

void Encoder::put_interface_id(size_t at, uint32_t id) {
  if (id == kInvalidInterfaceId) return write(at, kNoIndex);
  FERRULE_CHECK(id != kPrimaryInterfaceId);
  write(at, static_cast<uint32_t>(interface_ids_.size()));
  interface_ids_.push_back(id);
}

void Encoder::put_interface_end(size_t at, std::unique_ptr<InterfaceEnd> end) {
  if (ends_ == nullptr)
    return fail_at(at, "an associated interface needs a pipe to be sent through");
  const Result<uint32_t> id = ends_->send_end(std::move(end));
  if (!id) {
    if (!error_) error_.emplace(id.error().code(), id.error().message());
    return;
  }
  put_interface_id(at, *id);
}

void Encoder::fail(std::string_view what) {
  if (!error_) error_.emplace(Errc::kInvalidArgument, std::string(what));
}

void Encoder::fail_at(size_t at, std::string_view what) {
  if (!error_) fail("byte " + std::to_string(at) + ": " + std::string(what));
}

bool Encoder::fail_depth() {
  fail_at(position_, "the value nests too deeply");
  return false;
}

void Encoder::write_interface_ids() {
  FERRULE_CHECK(has_header_);
  write_pointer(offsetof(MessageHeader, payload_interface_ids));
  put_array(interface_ids_.data(), sizeof(uint32_t) * interface_ids_.size(), interface_ids_.size());
}

// A failed encoder may have left objects out or have no buffer at all.
void Encoder::write_outside() const { FERRULE_CHECK(has_failed()); }

}  // namespace ferrule::wire
