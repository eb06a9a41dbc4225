// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/bound_end.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/interface_traits.h"
#include "ferrule/bindings/pending.h"

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
class Receiver : public bindings::BoundEnd {
 public:
  explicit Receiver(Interface& implementation) noexcept : implementation_(&implementation) {}
  Receiver(Interface& implementation, PendingReceiver<Interface> pending,
           boost::asio::any_io_executor executor)
      : implementation_(&implementation) {
    bind(std::move(pending), std::move(executor));
  }
  Receiver(Receiver&&) noexcept = default;
  Receiver& operator=(Receiver&& other) noexcept {
    reset();
    implementation_ = other.implementation_;
    endpoint_ = std::move(other.endpoint_);
    return *this;
  }
  ~Receiver() { reset(); }

  /// Begins to receive through `pending`, which must be valid, on an executor that runs one handler
  /// at a time.
  void bind(PendingReceiver<Interface> pending, boost::asio::any_io_executor executor) {
    static_assert(bindings::IdlInterface<Interface>);
    reset();
    endpoint_ = bindings::Endpoint::create(pending.take_end(), std::move(executor),
                                           Interface::kInterfaceName);
    endpoint_->start(implementation_, [](void* implementation, bindings::IncomingCall& call) {
      return bindings::InterfaceTraits<Interface>::dispatch(
          *static_cast<Interface*>(implementation), call);
    });
  }
  /// Makes a pipe, binds this to one end and returns the other.
  PendingRemote<Interface> bind_new_pipe(wire::PipeFactory& factory,
                                         boost::asio::any_io_executor executor) {
    auto pipe = make_pipe<Interface>(factory);
    bind(std::move(pipe.receiver), std::move(executor));
    return std::move(pipe.remote);
  }

  /// Closes the pipe. Replies that are still owed disappear.
  void reset() noexcept { close_endpoint(); }
  /// Gives the end up again, for another executor or process, with the calls that wait in it.
  PendingReceiver<Interface> unbind() {
    const auto endpoint = std::move(endpoint_);
    return PendingReceiver<Interface>(endpoint->release());
  }

 private:
  Interface* implementation_;
};

}  // namespace ferrule
