// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/unique_fd.h"
#include "ferrule/transport/large_frame_receiver.h"
#include "ferrule/transport/large_frame_sender.h"
#include "ferrule/transport/socket_channel.h"
#include "ferrule/transport/socket_options.h"
#include "ferrule/transport/transport.h"

namespace ferrule::transport {

/// Frames over a connected Unix stream socket. The peer is taken to be hostile: whatever it sends,
/// the worst it reaches is the end of this connection, with the rule it broke as the reason.
///
/// `executor` runs one handler at a time: an io_context that one thread runs, or a strand. `send`,
/// `allocate`, `abort` and `counters` are thread-safe; all else, the destructor included, is
/// I/O-bound. After `close` or the destructor no call of the listener begins; a call that is
/// running, because the listener closes from inside it, is the last.
///
///   SocketTransport transport(context.get_executor(), std::move(socket));
///   transport.start(listener);
///   transport.send(std::move(frame));
class SocketTransport final : public Transport, private SocketChannel::Listener {
 public:
  SocketTransport(boost::asio::any_io_executor executor, UniqueFd socket,
                  const SocketOptions& options = {});
  ~SocketTransport() override;

  void start(Transport::Listener& listener) override;
  void send(Frame frame) override;
  Buffer allocate(size_t num_bytes) override;
  void abort(Error reason) override;
  void close() override;
  TransportCounters counters() const override;

 private:
  Result<void> on_received(ReceivedFrame received) override;
  void on_batch_end() override;
  void on_channel_closed(const Error& reason) override;

  const size_t max_frame_bytes_;
  const std::shared_ptr<SocketChannel> channel_;  // shared with handlers for the time they run
  LargeFrameSender large_sender_;
  LargeFrameReceiver large_receiver_;
  Transport::Listener* listener_ = nullptr;
  std::atomic<uint64_t> frames_sent_{0};
  Counter frames_received_;
};

}  // namespace ferrule::transport
