// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/socket_transport.h"

#include <utility>

#include "ferrule/base/check.h"

namespace ferrule::transport {

SocketTransport::SocketTransport(boost::asio::any_io_executor executor, UniqueFd socket,
                                 const SocketOptions& options)
    : max_frame_bytes_(options.max_frame_bytes),
      channel_(std::make_shared<SocketChannel>(std::move(executor), std::move(socket), options)),
      large_sender_(*channel_, options),
      large_receiver_(options) {}

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
  if (large_sender_.is_large(frame.body.size())) return large_sender_.send(std::move(frame));
  frame.body.complete();
  channel_->send(FrameKind::kInline, 0, std::move(frame));
}

Buffer SocketTransport::allocate(size_t num_bytes) {
  return large_sender_.is_large(num_bytes) ? large_sender_.allocate(num_bytes)
                                           : Buffer::allocate(num_bytes);
}

void SocketTransport::abort(Error reason) { channel_->abort(std::move(reason)); }

void SocketTransport::close() {
  channel_->close();
  large_sender_.close();
}

Result<void> SocketTransport::on_received(ReceivedFrame received) {
  Frame frame;
  if (received.header.kind == FrameKind::kInline) {
    frame = Frame{std::move(received.content), {}, std::move(received.descriptors)};
  } else {
    Result<std::optional<Frame>> large = large_receiver_.receive(std::move(received));
    if (!large) return std::move(large).error();
    if (!*large) return {};
    frame = *std::move(*large);
  }
  frames_received_.add(1);
  listener_->on_frame(std::move(frame));
  return {};
}

void SocketTransport::on_batch_end() { listener_->on_batch_end(); }

void SocketTransport::on_channel_closed(const Error& reason) {
  large_sender_.close();
  large_receiver_.close();
  listener_->on_transport_closed(reason);
}

TransportCounters SocketTransport::counters() const {
  TransportCounters counters = channel_->counters();
  counters.frames_sent = frames_sent_.load(std::memory_order_relaxed);
  counters.shared_bytes_sent = large_sender_.num_shared_bytes();
  counters.shared_bytes_received = large_receiver_.num_shared_bytes();
  counters.frames_received = frames_received_.value();
  return counters;
}

}  // namespace ferrule::transport
