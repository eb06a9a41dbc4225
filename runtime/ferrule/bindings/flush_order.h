// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/wire/pipe_end.h"
#include "ferrule/bindings/pending.h"

namespace ferrule {

/// Given to the end that has to be handled first: `OrderedEnd::flush_async`. A value; move-only.
class AsyncFlusher : public MessagePipe {
 public:
  using MessagePipe::MessagePipe;
};

/// Given to the end that has to wait for that: `OrderedEnd::pause_until_flushed`. A value;
/// move-only.
class PendingFlush : public MessagePipe {
 public:
  using MessagePipe::MessagePipe;
};

/// The two halves of one order between two pipes, which have none otherwise:
///
///   auto [flusher, flush] = make_flush_order(runtime);
///   first->Write(...);
///   first.flush_async(std::move(flusher));
///   second.pause_until_flushed(std::move(flush));
///   second->Read(...);                         // handled after Write, wherever both live
struct FlushOrder {
  AsyncFlusher flusher;
  PendingFlush flush;
};

inline FlushOrder make_flush_order(wire::PipeFactory& factory) {
  auto [first, second] = factory.make_pipe_ends();
  return {AsyncFlusher(std::move(first)), PendingFlush(std::move(second))};
}

namespace bindings {

class Endpoint;

/// Waits for the other end of a pipe to go away, and then lets the endpoint go on. Executor-bound.
class FlushWait final : public wire::PipeEnd::Listener,
                        public std::enable_shared_from_this<FlushWait> {
 public:
  FlushWait(MessagePipe pipe, boost::asio::any_io_executor executor,
            std::weak_ptr<Endpoint> endpoint)
      : pipe_(std::move(pipe)), executor_(std::move(executor)), endpoint_(std::move(endpoint)) {}

  void start() { pipe_.get()->set_listener(weak_from_this()); }

 private:
  void on_pipe_signal(wire::PipeEnd::SignalSource source) noexcept override;
  void look();

  MessagePipe pipe_;
  const boost::asio::any_io_executor executor_;
  const std::weak_ptr<Endpoint> endpoint_;
};

}  // namespace bindings
}  // namespace ferrule
