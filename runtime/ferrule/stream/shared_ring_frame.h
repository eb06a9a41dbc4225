// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/stream/shared_ring_slots.h"
#include "ferrule/shared_ring.idl.h"

namespace ferrule {

/// A free frame of a ring, to be filled: `SharedRingProducer`. Move-only; may be filled, sent and
/// destroyed on any thread, and after the producer is gone. Destroyed unsent it is free again.
class SharedRingFrame {
 public:
  SharedRingFrame() = default;
  SharedRingFrame(std::shared_ptr<stream::SharedRingSlots> slots, size_t index) noexcept
      : slots_(std::move(slots)), index_(index) {}
  SharedRingFrame(SharedRingFrame&& other) noexcept = default;
  SharedRingFrame& operator=(SharedRingFrame&& other) noexcept {
    if (this != &other) {
      drop();
      slots_ = std::move(other.slots_);
      index_ = other.index_;
    }
    return *this;
  }
  ~SharedRingFrame() { drop(); }

  bool is_valid() const noexcept { return slots_ != nullptr; }
  explicit operator bool() const noexcept { return is_valid(); }

  /// What is in it is what was there the last time.
  std::span<uint8_t> bytes() const noexcept {
    return slots_ ? slots_->bytes_of(index_) : std::span<uint8_t>();
  }
  /// The first `num_bytes` for the reader: to be sent to it, by one message only. A frame whose
  /// message gets lost does not come back.
  common::SharedFrame share(size_t num_bytes) && {
    FERRULE_CHECK(is_valid());
    return std::exchange(slots_, nullptr)->lend(index_, num_bytes);
  }
  common::SharedFrame share() && {
    const size_t num_bytes = bytes().size();
    return std::move(*this).share(num_bytes);
  }

 private:
  void drop() noexcept {
    if (const auto slots = std::exchange(slots_, nullptr)) slots->abandon(index_);
  }

  std::shared_ptr<stream::SharedRingSlots> slots_;
  size_t index_ = 0;
};

}  // namespace ferrule
