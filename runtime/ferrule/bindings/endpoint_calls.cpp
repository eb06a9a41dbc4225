// SPDX-License-Identifier: Apache-2.0
//
// What may happen to a call besides being answered: here it is given up, because its caller cancels
// it or its deadline passes; there it is refused, waits for others to end, or learns that nobody
// waits for it any more.
//
// Every request still has exactly one answer, so giving up is a hint and not a promise: the caller
// is told at once, the service when it reads the order, and the answer that comes is thrown away.
// Ends that do not know the order would take it for a breach of the rules. So the first call that
// is given up asks the other side what it understands, and what is known is kept.
#include <utility>

#include <boost/asio/post.hpp>

#include "ferrule/wire/control_message.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/incoming_call.h"
#include "ferrule/bindings/message_flags.h"
#include "ferrule/interface_control.idl.h"

namespace ferrule::bindings {

// ---- here ---------------------------------------------------------------------------------------

CallDeadlines& Endpoint::deadlines() {
  if (!deadlines_) {
    deadlines_ = std::make_unique<CallDeadlines>(executor_, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->expire_calls();
    });
  }
  return *deadlines_;
}

void Endpoint::expire_calls() {
  while (deadlines_) {
    const auto request_id = deadlines_->take_due();
    if (!request_id) return;
    cancel(*request_id, Errc::kTimedOut);
  }
}

void Endpoint::cancel(uint64_t request_id, Errc why) {
  ReplyHandler::Pointer handler = replies_.take(request_id);
  Unclaimed* const unclaimed = handler ? nullptr : find_unclaimed(request_id);
  if (handler && handler->is_abandoned) return replies_.insert(std::move(handler));
  if (handler) {
    discard_answer(request_id, handler->name);
    ReplyHandler::on_error(std::move(handler), make_error_code(why));
  } else if (unclaimed != nullptr && !unclaimed->reply && !unclaimed->error) {
    unclaimed->error = make_error_code(why);
    discard_answer(request_id, unclaimed->name);
  } else {
    return;
  }
  send_cancel(request_id);
}

void Endpoint::send_cancel(uint64_t request_id) {
  if (peer_.version && (peer_.features & interface_control::FEATURE_CANCEL) == 0) return;
  peer_.waiting_cancels.push_back(request_id);
  send_waiting_cancels();
}

void Endpoint::send_waiting_cancels() {
  if (!peer_.version) return ask_peer();
  while (pipe_ && !peer_.waiting_cancels.empty()) {
    using Input = interface_control::RunOrClosePipeInput;
    auto message = make_order(Input::make_cancel_request({peer_.waiting_cancels.back()}));
    // No room: there will be, and then this end is woken.
    if (!transmit(std::move(message).value())) return;
    peer_.waiting_cancels.pop_back();
  }
}

void Endpoint::ask_peer() {
  if (!pipe_ || std::exchange(peer_.is_asked, true)) return;
  const uint64_t request_id = next_request_id();
  interface_control::RunParams params{interface_control::RunInput::make_query_version({})};
  auto message = wire::make_message(
      wire::control_header(wire::MessageKind::kRun, wire::kPrimaryInterfaceId, request_id),
      std::move(params));
  if (transmit(std::move(message).value())) {
    discard_answer(request_id, wire::kRunName);
  } else {
    peer_.is_asked = false;  // again when there is room
  }
}

/// From any answer to QueryVersion, whoever asked. One that breaks a rule says nothing here; who
/// waits for it will find it.
void Endpoint::learn_of_peer(const wire::ReceivedHeader& header, const wire::Message& message) {
  std::vector<wire::Handle> no_handles;
  wire::Decoder decoder(message.buffer(), header.payload_offset, header.payload_end, no_handles);
  interface_control::RunResponseParams response;
  if (!wire::read_payload(decoder, response) || !response.output) return;
  const auto& result = response.output->get_query_version_result();
  peer_.version = result.version;
  peer_.features = result.features;
  if ((peer_.features & interface_control::FEATURE_CANCEL) == 0) peer_.waiting_cancels.clear();
  send_waiting_cancels();
}

// ---- there --------------------------------------------------------------------------------------

bool Endpoint::dispatch_call(IncomingCall& call) {
  return dispatch_ != nullptr ? dispatch_(implementation_, call) : call.unknown_method();
}

bool Endpoint::filter_call(const wire::ReceivedHeader& header, wire::Decoder& decoder,
                           IncomingCall& call) {
  const auto filter = filter_;  // a copy: it may be replaced, and this end closed, from inside
  const CallInfo info{interface_name_, header.fields.name, header.payload_end,
                      (header.fields.flags & wire::kExpectsResponse) != 0};
  switch (filter->before(info)) {
    case CallFilter::Verdict::kAccept: {
      if (!pipe_) return true;
      const bool is_sound = dispatch_call(call);
      filter->after(info, is_sound);
      return is_sound;
    }
    case CallFilter::Verdict::kRefuse:
      if (info.expects_answer) {
        send_dropped_reply(header.fields.request_id, header.fields.name, kReplyRefused);
      }
      return true;
    case CallFilter::Verdict::kBadMessage:
      break;
  }
  return decoder.refuse_value(header.payload_offset, "a filter of the receiver refused it");
}

bool Endpoint::close_call(uint64_t request_id) {
  if (is_watched_) forget_watched(request_id);
  const bool was_waiting = must_wait();
  const bool is_wanted = open_calls_.remove(request_id);
  if (idle_watch_) idle_watch_->touch();
  if (was_waiting && !must_wait()) wake();
  return is_wanted;
}

CallSignal Endpoint::signal_of_call(uint64_t request_id) {
  auto signal = open_calls_.signal_of(request_id);
  // Of a call that is over. It never emits.
  return signal ? signal : std::make_shared<boost::asio::cancellation_signal>();
}

void Endpoint::set_max_open_calls(size_t max) {
  max_open_calls_ = max;
  wake();
}

void Endpoint::set_paused(bool is_paused) {
  is_paused_ = is_paused;
  if (!is_paused) wake();
}

size_t Endpoint::num_open_calls_on_pipe() const {
  return num_open_calls() + (group_ ? group_->num_open_calls() : 0);
}

void Endpoint::cancel_open_calls() {
  for (OpenCalls::Call& call : open_calls_.take_all()) {
    if (!call.signal) continue;
    boost::asio::post(executor_, [signal = std::move(call.signal)] {
      signal->emit(boost::asio::cancellation_type::terminal);
    });
  }
}

}  // namespace ferrule::bindings
