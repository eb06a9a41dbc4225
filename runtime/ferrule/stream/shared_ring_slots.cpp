// SPDX-License-Identifier: Apache-2.0
#include "ferrule/stream/shared_ring_slots.h"

#include <cstring>
#include <utility>

#include <boost/asio/post.hpp>

#include "ferrule/base/check.h"

namespace ferrule::stream {

SharedRingSlots::SharedRingSlots(MemoryRef frames, size_t num_frames, size_t frame_bytes,
                                 size_t stride, std::shared_ptr<DataPipeEnd> returned)
    : frames_(std::move(frames)),
      frame_bytes_(frame_bytes),
      stride_(stride),
      returned_(std::move(returned)),
      slots_(num_frames) {
  free_.reserve(num_frames);
  for (size_t i = num_frames; i > 0; --i) free_.push_back(static_cast<uint32_t>(i - 1));
}

size_t SharedRingSlots::num_free() const {
  const MutexLock lock(mutex_);
  return free_.size();
}

size_t SharedRingSlots::take_free() {
  const MutexLock lock(mutex_);
  if (free_.empty()) return kNone;
  const size_t index = free_.back();
  free_.pop_back();
  slots_[index].use = Use::kFilled;
  return index;
}

size_t SharedRingSlots::collect_and_take() {
  const std::span<const uint8_t> bytes = returned_->bytes(SIZE_MAX);
  const size_t num_returned = bytes.size() / sizeof(uint32_t);
  bool is_sound = true;
  for (size_t i = 0; i < num_returned && is_sound; ++i) {
    uint32_t index = 0;
    std::memcpy(&index, bytes.data() + i * sizeof(index), sizeof(index));
    is_sound = give_back(index);
  }
  if (!is_sound) {
    returned_->break_rule("SHARED_RING_RETURN_INVALID", "a frame that was not lent came back");
    return kNone;
  }
  returned_->pass(num_returned * sizeof(uint32_t));
  return take_free();
}

/// `index` is the peer's word.
bool SharedRingSlots::give_back(uint32_t index) {
  const MutexLock lock(mutex_);
  if (index >= slots_.size() || slots_[index].use != Use::kLent) return false;
  slots_[index].use = Use::kFree;
  free_.push_back(index);
  return true;
}

common::SharedFrame SharedRingSlots::lend(size_t index, size_t num_bytes) {
  FERRULE_CHECK(num_bytes <= frame_bytes_);
  const MutexLock lock(mutex_);
  Slot& slot = slots_[index];
  slot.use = Use::kLent;
  return {.index = static_cast<uint32_t>(index),
          .generation = ++slot.generation,
          .num_bytes = num_bytes};
}

void SharedRingSlots::abandon(size_t index) noexcept {
  uint64_t waiting = 0;
  {
    const MutexLock lock(mutex_);
    slots_[index].use = Use::kFree;
    free_.push_back(static_cast<uint32_t>(index));
    if (!is_waited_for_) return;
    waiting = num_waits_;
  }
  // The wait ends, and finds the frame. By then it may be another wait, which is left alone.
  boost::asio::post(returned_->descriptor().get_executor(), [self = shared_from_this(), waiting] {
    {
      const MutexLock lock(self->mutex_);
      if (!self->is_waited_for_ || self->num_waits_ != waiting) return;
    }
    self->returned_->cancel();
  });
}

void SharedRingSlots::begin_wait() {
  const MutexLock lock(mutex_);
  FERRULE_CHECK(!is_waited_for_);
  is_waited_for_ = true;
  ++num_waits_;
}

void SharedRingSlots::end_wait() {
  const MutexLock lock(mutex_);
  is_waited_for_ = false;
}

}  // namespace ferrule::stream
