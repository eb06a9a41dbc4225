// SPDX-License-Identifier: Apache-2.0
//
// Two pipes in one order: the first one's other side drops an end when it has come so far, the
// second one's waits until the other end of it is gone.
#include <utility>

#include <boost/asio/post.hpp>

#include "ferrule/wire/control_message.h"
#include "ferrule/bindings/binding_limits.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/flush_order.h"
#include "ferrule/pipe_control.idl.h"

namespace ferrule::bindings {

using Input = pipe_control::RunOrClosePipeInput;

// ---- here ---------------------------------------------------------------------------------------

void Endpoint::send_flush(MessagePipe flusher) {
  send_pipe_order(Input::make_flush_async({std::move(flusher)}));
}

void Endpoint::send_pause(MessagePipe flush) {
  send_pipe_order(Input::make_pause_until_flush_completes({std::move(flush)}));
}

void Endpoint::send_pipe_order(Input input) {
  auto message = wire::make_message(wire::control_header(wire::MessageKind::kPipe, 0),
                                    pipe_control::RunOrClosePipeParams{std::move(input)});
  auto sent = message ? transmit(std::move(message).value()) : std::move(message).error();
  if (!sent) reject(sent.error());
}

// ---- there --------------------------------------------------------------------------------------

/// What was sent before is handled, or on its way to the associated interface that it is for: those
/// are asked before this is.
void Endpoint::drop_flusher(MessagePipe flusher) {
  boost::asio::post(executor_, [flusher = std::move(flusher)] {});
}

void Endpoint::pause_until_flushed(MessagePipe flush) {
  flush_wait_ = std::make_shared<FlushWait>(std::move(flush), executor_, weak_from_this());
  flush_wait_->start();
}

void Endpoint::on_flushed() {
  flush_wait_.reset();
  drain();
}

void FlushWait::on_pipe_signal(wire::PipeEnd::SignalSource /*source*/) noexcept {
  boost::asio::post(executor_, [self = shared_from_this()] { self->look(); });
}

/// Nothing is expected to come but the end.
void FlushWait::look() {
  wire::Message message;
  for (int turn = 0; pipe_ && turn < kMaxMessagesPerTurn; ++turn) {
    const auto status = pipe_.get()->take(message);
    if (status == wire::PipeEnd::TakeStatus::kEmpty) return;
    if (status == wire::PipeEnd::TakeStatus::kMessage) continue;
    pipe_.reset();
    if (const auto endpoint = endpoint_.lock()) endpoint->on_flushed();
    return;
  }
  if (pipe_) on_pipe_signal(wire::PipeEnd::SignalSource::kCall);  // the rest later
}

}  // namespace ferrule::bindings
