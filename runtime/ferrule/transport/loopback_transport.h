// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/mutex.h"
#include "ferrule/transport/transport.h"

namespace ferrule::transport {

/// Two ends in one process, without a kernel in between: for tests of the rooms above. What one end
/// sends waits in a queue of the other until that end delivers, which happens on its executor or,
/// if it has none, when the test says so with `deliver`. So a test decides about every order.
///
/// `send`, `abort` and `allocate` are thread-safe, the rest is I/O-bound, as with every transport.
///
///   auto [left, right] = LoopbackTransport::make_pair();
///   left->start(a); right->start(b);
///   left->send(std::move(frame));
///   right->deliver();                     // b.on_frame, b.on_batch_end
class LoopbackTransport final : public Transport {
 public:
  using Ends = std::pair<std::unique_ptr<LoopbackTransport>, std::unique_ptr<LoopbackTransport>>;

  /// Delivery is up to the caller.
  static Ends make_pair();
  /// Each end delivers on an executor of its own, which runs one handler at a time.
  static Ends make_pair(boost::asio::any_io_executor left, boost::asio::any_io_executor right);

  ~LoopbackTransport() override;

  /// Delivers at most `max_frames` of those that have come, as one batch, and after the last one
  /// the end of the connection. Returns how many frames there were.
  size_t deliver(size_t max_frames = SIZE_MAX);
  /// What `deliver` would deliver.
  size_t num_waiting() const;
  /// Is shown every frame before it is delivered here. Before `start`.
  void set_observer(std::function<void(const Frame&)> observer);

  void start(Listener& listener) override;
  void send(Frame frame) override;
  Buffer allocate(size_t num_bytes) override { return Buffer::allocate(num_bytes); }
  void abort(Error reason) override;
  void close() override;
  TransportCounters counters() const override;

 private:
  class Inbox;

  LoopbackTransport(std::shared_ptr<Inbox> own, std::shared_ptr<Inbox> peer);

  // Each inbox has two owners: the end that reads it and the end that fills it.
  const std::shared_ptr<Inbox> own_;
  const std::shared_ptr<Inbox> peer_;
  std::atomic<uint64_t> num_sent_{0};
};

}  // namespace ferrule::transport
