// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/memory.h"
#include "ferrule/base/mutex.h"
#include "ferrule/stream/data_pipe_end.h"
#include "ferrule/shared_ring.idl.h"

namespace ferrule::stream {

/// Which frames of a ring are free, being filled, or with the reader; at the side that fills them.
/// What the reader says is believed only where it can be so. Shared by the producer, its frames and
/// an acquire that waits.
///
/// Thread-safe but for what takes returned frames in, which is for the executor of `returned`.
class SharedRingSlots : public std::enable_shared_from_this<SharedRingSlots> {
 public:
  /// No frame, in the place of an index.
  static constexpr size_t kNone = SIZE_MAX;

  SharedRingSlots(MemoryRef frames, size_t num_frames, size_t frame_bytes, size_t stride,
                  std::shared_ptr<DataPipeEnd> returned);

  std::span<uint8_t> bytes_of(size_t index) const noexcept {
    return {frames_->data() + index * stride_, frame_bytes_};
  }
  size_t num_frames() const noexcept { return slots_.size(); }
  size_t frame_bytes() const noexcept { return frame_bytes_; }
  size_t num_free() const;
  DataPipeEnd& returned() const noexcept { return *returned_; }
  const std::shared_ptr<DataPipeEnd>& returned_pointer() const noexcept { return returned_; }

  /// The free frame that was used last, which may still be in a cache; it is being filled now.
  size_t take_free();
  /// Takes in what the reader gave back, as of the last look, and then a frame. `kNone` where there
  /// is none, or the reader broke a rule: then `returned` has failed.
  size_t collect_and_take();
  /// It was filled: the reader's now.
  common::SharedFrame lend(size_t index, size_t num_bytes);
  /// It was not: free again. Wakes who waits for that.
  void abandon(size_t index) noexcept;

  /// Somebody waits for a frame; to be followed by `end_wait`.
  void begin_wait();
  void end_wait();

 private:
  enum class Use : uint8_t { kFree, kFilled, kLent };
  struct Slot {
    Use use = Use::kFree;
    uint64_t generation = 0;
  };

  bool give_back(uint32_t index);

  const MemoryRef frames_;
  const size_t frame_bytes_;
  const size_t stride_;
  const std::shared_ptr<DataPipeEnd> returned_;

  mutable Mutex mutex_;
  std::vector<Slot> slots_;     // never changes its size
  std::vector<uint32_t> free_;  // the last is the next
  uint64_t num_waits_ = 0;
  bool is_waited_for_ = false;
};

}  // namespace ferrule::stream
