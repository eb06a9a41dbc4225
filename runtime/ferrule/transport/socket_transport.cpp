// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/socket_transport.h"

#include <utility>

#include "ferrule/base/check.h"

namespace ferrule::transport {

SocketTransport::SocketTransport(boost::asio::any_io_executor executor, UniqueFd socket,
                                 const SocketOptions& options)
    : max_frame_bytes_(options.max_frame_bytes),
      channel_(std::make_shared<SocketChannel>(std::move(executor), std::move(socket), options)) {}

SocketTransport::~SocketTransport() { close(); }

void SocketTransport::start(Transport::Listener& listener) {
  FERRULE_CHECK(listener_ == nullptr);
  listener_ = &listener;
  channel_->start(*this);
}

void SocketTransport::send(Frame frame) {
  if (frame.num_bytes() > max_frame_bytes_) {
    return abort(Error(Errc::kMessageTooLarge, "a frame is larger than a frame may be"));
  }
  if (frame.descriptors.size() > kMaxFrameDescriptors) {
    return abort(Error(Errc::kInvalidArgument, "a frame has more descriptors than it may have"));
  }
  frames_sent_.fetch_add(1, std::memory_order_relaxed);
  frame.body.complete();
  channel_->send(FrameKind::kInline, 0, std::move(frame));
}

Buffer SocketTransport::allocate(size_t num_bytes) { return Buffer::allocate(num_bytes); }

void SocketTransport::abort(Error reason) { channel_->abort(std::move(reason)); }

void SocketTransport::close() { channel_->close(); }

Result<void> SocketTransport::on_received(ReceivedFrame frame) {
  if (frame.header.kind != FrameKind::kInline) {
    return broken_rule("FRAME_HEADER_INVALID", "unknown kind of frame");
  }
  frames_received_.add(1);
  listener_->on_frame(Frame{std::move(frame.content), {}, std::move(frame.descriptors)});
  return {};
}

void SocketTransport::on_batch_end() { listener_->on_batch_end(); }

void SocketTransport::on_channel_closed(const Error& reason) {
  listener_->on_transport_closed(reason);
}

TransportCounters SocketTransport::counters() const {
  TransportCounters counters = channel_->counters();
  counters.frames_sent = frames_sent_.load(std::memory_order_relaxed);
  counters.frames_received = frames_received_.value();
  return counters;
}

}  // namespace ferrule::transport
