// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/ordered_end.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/remote_end.h"

namespace ferrule {

/// Calls an `Interface` that lives at the other end of a pipe, in this process or another:
///
///   Remote<Calculator> calculator(std::move(pending), executor);
///   int32_t sum = co_await calculator->Add(2, 3, use_awaitable);
///
/// Calls leave at once and in order. Answers come through the token; if the other side is gone, as
/// `Errc::kDisconnected`. Move-only; destroying it closes the pipe and fails the calls under way
/// with `Errc::kCancelled`. Executor-bound.
template <class Interface>
class Remote
    : public bindings::OrderedEnd<bindings::RemoteEnd<Interface, PendingRemote<Interface>>> {
 public:
  Remote() = default;
  using Remote::OrderedEnd::OrderedEnd;

  /// Makes a pipe, binds this to one end and returns the other.
  PendingReceiver<Interface> bind_new_pipe(wire::PipeFactory& factory,
                                           boost::asio::any_io_executor executor) {
    auto pipe = make_pipe<Interface>(factory);
    this->bind(std::move(pipe.remote), std::move(executor));
    return std::move(pipe.receiver);
  }

  /// Gives the end up again, for another executor or process. No answer may be missing, not even
  /// one to a call that was cancelled, and no associated interface may be open on the pipe. Not
  /// right behind a synchronous call on the same executor: what came meanwhile has to be handled
  /// first.
  PendingRemote<Interface> unbind() { return PendingRemote<Interface>(this->give_up()->release()); }
};

}  // namespace ferrule
