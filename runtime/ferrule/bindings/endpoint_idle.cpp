// SPDX-License-Identifier: Apache-2.0
//
// Idleness: the side that calls learns that the side that is called has nothing to do, and may let
// go of it then. Every message is acknowledged while somebody wants to know, so that a notice which
// crosses a call on its way is not believed.
#include <algorithm>
#include <utility>

#include "ferrule/wire/control_message.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/interface_control.idl.h"

namespace ferrule::bindings {
using Input = interface_control::RunOrClosePipeInput;

// ---- here ---------------------------------------------------------------------------------------

void Endpoint::set_idle_handler(Clock::Duration timeout, std::function<void()> handler) {
  using std::chrono::microseconds;
  const auto waits = std::chrono::ceil<microseconds>(std::max(timeout, Clock::Duration::zero()));
  send_order(Input::make_enable_idle_tracking({waits.count()}));
  if (!pipe_) return;
  idle_listener_ = std::make_unique<IdleListener>(IdleListener{std::move(handler), 0});
}

void Endpoint::on_idle_order(const Input& input) {
  // A remote that was bound anew gets what the one before it had asked for.
  if (!idle_listener_) return;
  if (input.is_message_ack()) {
    if (idle_listener_->num_unacknowledged > 0) --idle_listener_->num_unacknowledged;
    return;
  }
  const bool is_busy =
      idle_listener_->num_unacknowledged > 0 || !replies_.empty() || !unclaimed_.empty();
  if (is_busy) return;
  const auto handler = idle_listener_->handler;  // a copy: it may be replaced from inside
  handler();
}

// ---- there --------------------------------------------------------------------------------------

/// `timeout` is the peer's word.
void Endpoint::watch_idleness(int64_t timeout_in_microseconds) {
  constexpr std::chrono::microseconds kLongest = std::chrono::hours(24 * 365);
  const auto timeout = std::min(std::chrono::microseconds(timeout_in_microseconds), kLongest);
  idle_watch_ = std::make_unique<IdleWatch>(executor_, timeout, [weak = weak_from_this()] {
    const auto self = weak.lock();
    // Calls that are open are something to do: when they are closed the time begins anew.
    if (self && self->pipe_ && self->num_open_calls_on_pipe() == 0) {
      self->send_order(Input::make_notify_idle({}));
    }
  });
}

void Endpoint::acknowledge_message() {
  send_order(Input::make_message_ack({}));
  if (idle_watch_) idle_watch_->touch();
}

// ---- both ---------------------------------------------------------------------------------------

Result<wire::Message> Endpoint::make_order(Input input) {
  return wire::make_message(
      wire::control_header(wire::MessageKind::kRunOrClosePipe, wire::kPrimaryInterfaceId),
      interface_control::RunOrClosePipeParams{std::move(input)});
}

/// The other side counts on it.
void Endpoint::send_order(Input input) {
  if (!pipe_) return;
  if (auto sent = send(make_order(std::move(input))); !sent) reject(sent.error());
}

}  // namespace ferrule::bindings
