// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/associated_end.h"
#include "ferrule/bindings/pending_associated.h"
#include "ferrule/bindings/receiver_end.h"

namespace ferrule {

/// Brings the calls of an associated interface to an implementation, in one order with the calls of
/// all interfaces on the same pipe. The executor is that of the pipe's own `Remote` or `Receiver`.
/// What waited on the pipe until this end was bound goes on then. Destroying it closes the
/// interface, not the pipe. Move-only; executor-bound.
template <class Interface>
class AssociatedReceiver
    : public bindings::ReceiverEnd<Interface, PendingAssociatedReceiver<Interface>> {
 public:
  using AssociatedReceiver::ReceiverEnd::ReceiverEnd;

  /// Makes an associated interface, binds this to one end and returns the other, which has to be
  /// sent through the pipe.
  PendingAssociatedRemote<Interface> bind_new(boost::asio::any_io_executor executor) {
    auto pair = make_associated<Interface>();
    this->bind(std::move(pair.receiver), std::move(executor));
    return std::move(pair.remote);
  }
};

}  // namespace ferrule
