// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/endpoint.h"
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
class Receiver : public bindings::ReceiverEnd<Interface> {
 public:
  explicit Receiver(Interface& implementation) noexcept
      : bindings::ReceiverEnd<Interface>(implementation) {}
  Receiver(Interface& implementation, PendingReceiver<Interface> pending,
           boost::asio::any_io_executor executor)
      : bindings::ReceiverEnd<Interface>(implementation) {
    bind(std::move(pending), std::move(executor));
  }

  /// Begins to receive through `pending`, which must be valid, on an executor that runs one handler
  /// at a time.
  void bind(PendingReceiver<Interface> pending, boost::asio::any_io_executor executor) {
    this->start(bindings::Endpoint::create(pending.take_end(), std::move(executor),
                                           Interface::kInterfaceName));
  }
  /// Makes a pipe, binds this to one end and returns the other.
  PendingRemote<Interface> bind_new_pipe(wire::PipeFactory& factory,
                                         boost::asio::any_io_executor executor) {
    auto pipe = make_pipe<Interface>(factory);
    bind(std::move(pipe.receiver), std::move(executor));
    return std::move(pipe.remote);
  }

  /// Gives the end up again, for another executor or process, with the calls that wait in it. No
  /// associated interface may be open on the pipe.
  PendingReceiver<Interface> unbind() {
    return PendingReceiver<Interface>(this->give_up()->release());
  }
};

}  // namespace ferrule
