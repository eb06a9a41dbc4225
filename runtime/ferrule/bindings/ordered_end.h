// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "ferrule/bindings/flush_order.h"

namespace ferrule::bindings {

/// An end of a pipe of its own, which can be put into one order with another pipe: see
/// `FlushOrder`. Associated ends are in the order of the pipe that they share, and have nothing of
/// this.
template <class End>
class OrderedEnd : public End {
 public:
  OrderedEnd() = default;
  using End::End;

  /// The order is kept when the other side has handled all that was sent here before. What is for
  /// associated interfaces that are paused counts as handled.
  void flush_async(AsyncFlusher flusher) { this->endpoint_->send_flush(std::move(flusher)); }
  /// The other side handles nothing that is sent here from now on until the order is kept, or its
  /// flusher is lost.
  void pause_until_flushed(PendingFlush flush) { this->endpoint_->send_pause(std::move(flush)); }
};

}  // namespace ferrule::bindings
