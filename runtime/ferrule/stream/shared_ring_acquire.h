// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/error.hpp>

#include "ferrule/base/error.h"
#include "ferrule/stream/shared_ring_frame.h"
#include "ferrule/stream/shared_ring_slots.h"

namespace ferrule::stream {

/// What an operation on the pipe of returned frames calls: makes a frame of its outcome and hands
/// it to who asked. Stands for that handler before Asio, and is called where it would be.
template <class Handler>
class SharedRingAcquire {
 public:
  using executor_type = boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>;
  using allocator_type = boost::asio::associated_allocator_t<Handler>;
  using cancellation_slot_type = boost::asio::associated_cancellation_slot_t<Handler>;

  SharedRingAcquire(std::shared_ptr<SharedRingSlots> slots, Handler handler)
      : slots_(std::move(slots)),
        end_executor_(slots_->returned().descriptor().get_executor()),
        handler_(std::move(handler)) {}

  executor_type get_executor() const noexcept {
    return boost::asio::get_associated_executor(handler_, end_executor_);
  }
  allocator_type get_allocator() const noexcept {
    return boost::asio::get_associated_allocator(handler_);
  }
  cancellation_slot_type get_cancellation_slot() const noexcept {
    return boost::asio::get_associated_cancellation_slot(handler_);
  }

  void operator()(error_code error, size_t index) {
    slots_->end_wait();
    if (error == boost::asio::error::operation_aborted) {
      // Perhaps because a frame was abandoned.
      index = slots_->take_free();
      if (index != SharedRingSlots::kNone) error = {};
    } else if (!error && index == SharedRingSlots::kNone) {
      error = Errc::kBadMessage;
    } else if (error == boost::asio::error::eof) {
      error = Errc::kDisconnected;  // a reader has nothing to say by going
    }
    SharedRingFrame frame;
    if (!error) frame = SharedRingFrame(std::move(slots_), index);
    slots_.reset();
    std::move(handler_)(error, std::move(frame));
  }

 private:
  std::shared_ptr<SharedRingSlots> slots_;
  boost::asio::any_io_executor end_executor_;
  Handler handler_;
};

}  // namespace ferrule::stream
