// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/associated_end.h"
#include "ferrule/bindings/pending_associated.h"
#include "ferrule/bindings/remote_end.h"

namespace ferrule {

/// Calls an `Interface` over the pipe of another one, in one order with all that is sent there:
///
///   AssociatedRemote<Printer> printer;
///   office->Open(printer.bind_new(executor));    // passes the receiver on
///   printer->Print(page);                        // arrives after Open
///
/// Calls made before the other end was sent wait for it, but cannot carry associated ends
/// themselves. Closing it does not close the pipe; where the pipe closes, it does, too. The
/// executor is that of the pipe's own `Remote` or `Receiver`. Move-only; executor-bound.
template <class Interface>
class AssociatedRemote : public bindings::RemoteEnd<Interface, PendingAssociatedRemote<Interface>> {
 public:
  AssociatedRemote() = default;
  using AssociatedRemote::RemoteEnd::RemoteEnd;

  /// Makes an associated interface, binds this to one end and returns the other, which has to be
  /// sent through the pipe.
  PendingAssociatedReceiver<Interface> bind_new(boost::asio::any_io_executor executor) {
    auto pair = make_associated<Interface>();
    this->bind(std::move(pair.remote), std::move(executor));
    return std::move(pair.receiver);
  }
};

}  // namespace ferrule
