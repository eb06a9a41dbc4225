// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/stream/data_pipe_operation.h"
#include "ferrule/stream/shared_ring_acquire.h"
#include "ferrule/stream/shared_ring_frame.h"
#include "ferrule/stream/shared_ring_slots.h"
#include "ferrule/shared_ring.idl.h"

namespace ferrule {

struct SharedRingOptions {
  size_t num_frames = 8;
  size_t frame_bytes = size_t{4} << 20;
};

/// Buffers for what is sent again and again, such as pictures: made and mapped once, filled in
/// place, read in place by another process, and filled anew when that is done with them.
///
///   auto ring = SharedRingProducer::create(executor, {.num_frames = 8, .frame_bytes = n}).value();
///   screen->Use(ring.take_reader());                  // once
///   SharedRingFrame frame = co_await ring.async_acquire(use_awaitable);
///   draw(frame.bytes());
///   screen->Show(std::move(frame).share());           // again and again
///
/// A reader that gives nothing back gets nothing new, and costs no more than the ring. To it a
/// frame is memory that the producer can still write to: see `SharedRingConsumer`.
///
/// Movable; one acquire at a time. Executor-bound; frames are not.
class SharedRingProducer {
 public:
  /// A ring that is not there.
  SharedRingProducer() = default;
  /// All memory is taken now. Fails beyond `kMaxSharedRingFrames` and `kMaxSharedRingBytes`, or if
  /// the system refuses.
  static Result<SharedRingProducer> create(const boost::asio::any_io_executor& executor,
                                           const SharedRingOptions& options = {});
  SharedRingProducer(SharedRingProducer&&) noexcept = default;
  SharedRingProducer& operator=(SharedRingProducer&& other) noexcept;
  ~SharedRingProducer() { close(); }

  /// What the reader needs. Once.
  common::SharedRing take_reader() noexcept { return std::move(reader_); }

  /// Waits for a frame that is free: `void(error_code, SharedRingFrame)`. Ends with
  ///   Errc::kDisconnected   none is, and the reader is gone
  ///   Errc::kBadMessage     the reader broke a rule, which `failure()` names
  ///   operation_aborted     it was cancelled, or the producer closed
  template <class Token>
  auto async_acquire(Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, SharedRingFrame)>(
        [slots = slots_](auto handler) {
          slots->begin_wait();
          const size_t min = slots->num_free() > 0 ? 0 : sizeof(uint32_t);
          stream::start_operation(
              slots->returned_pointer(), min,
              [slots](stream::DataPipeEnd&) { return slots->collect_and_take(); },
              stream::SharedRingAcquire(slots, std::move(handler)));
        },
        token);
  }

  /// The same without waiting: `Errc::kWouldBlock` where no frame is free. Not while an acquire
  /// waits.
  Result<SharedRingFrame> try_acquire();

  bool is_open() const noexcept { return slots_ != nullptr && slots_->returned().is_open(); }
  /// Why it is not, where that is the reader's doing.
  std::optional<Error> failure() const {
    return slots_ ? slots_->returned().failure() : std::nullopt;
  }
  size_t num_frames() const noexcept { return slots_->num_frames(); }
  size_t frame_bytes() const noexcept { return slots_->frame_bytes(); }

  /// Ends a waiting acquire.
  void cancel() {
    if (slots_) slots_->returned().cancel();
  }
  /// The same for good. Frames that are out there stay as they are.
  void close() {
    if (slots_) slots_->returned().close(true);
  }

 private:
  explicit SharedRingProducer(std::shared_ptr<stream::SharedRingSlots> slots,
                              common::SharedRing reader) noexcept
      : slots_(std::move(slots)), reader_(std::move(reader)) {}

  std::shared_ptr<stream::SharedRingSlots> slots_;
  common::SharedRing reader_;
};

}  // namespace ferrule
