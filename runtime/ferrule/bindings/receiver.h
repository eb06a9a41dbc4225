// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/check.h"
#include "ferrule/bindings/ordered_end.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/receiver_end.h"

namespace ferrule {

/// Brings the calls that arrive at one end of a pipe to an implementation of `Interface`, one after
/// the other, in the order they were made:
///
///   CalculatorImpl calculator;
///   Receiver<Calculator> receiver(calculator, std::move(pending), executor);
///
/// The implementation is borrowed: it outlives the receiver, or is its owner. Destroying the
/// receiver closes the pipe, also from inside a call. Move-only; executor-bound.
template <class Interface>
class Receiver
    : public bindings::OrderedEnd<bindings::ReceiverEnd<Interface, PendingReceiver<Interface>>> {
 public:
  using Receiver::OrderedEnd::OrderedEnd;

  /// Makes a pipe, binds this to one end and returns the other.
  PendingRemote<Interface> bind_new_pipe(wire::PipeFactory& factory,
                                         boost::asio::any_io_executor executor) {
    auto pipe = make_pipe<Interface>(factory);
    this->bind(std::move(pipe.receiver), std::move(executor));
    return std::move(pipe.remote);
  }

  /// Gives the end up again, for another executor or process, with the calls that wait in it. Calls
  /// that were begun and not answered fail as if their replies had been dropped. No associated
  /// interface may be open on the pipe.
  PendingReceiver<Interface> unbind() {
    return PendingReceiver<Interface>(this->give_up()->release());
  }

  /// Nothing is handled until `resume`: calls wait in the pipe, and so does the news that the other
  /// side is gone. Only while bound.
  void pause() { this->endpoint_->set_paused(true); }
  void resume() { this->endpoint_->set_paused(false); }
  /// While so many calls are not answered, those that follow wait in the pipe, and in the end their
  /// callers do; so do orders to cancel. At least 1. Only while bound.
  void set_max_open_calls(size_t max) {
    FERRULE_CHECK(max > 0);
    this->endpoint_->set_max_open_calls(max);
  }
};

}  // namespace ferrule
