// SPDX-License-Identifier: Apache-2.0
//
// Messages are taken and handled one after the other, and between any two of them user code runs,
// which may close this end, bind it elsewhere, call through it or destroy its owner. The rule to
// remember: after a call into user code nothing is known any more; `pipe_` is asked again.
#include "ferrule/bindings/endpoint.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/base/check.h"
#include "ferrule/base/internal/status_page.h"
#include "ferrule/base/log.h"
#include "ferrule/wire/control_message.h"
#include "ferrule/wire/received_header.h"
#include "ferrule/wire/struct_writer.h"
#include "ferrule/bindings/binding_limits.h"
#include "ferrule/bindings/disconnect_reason.h"
#include "ferrule/bindings/flush_order.h"
#include "ferrule/bindings/incoming_call.h"
#include "ferrule/bindings/message_flags.h"
#include "ferrule/bindings/outgoing_message.h"
#include "ferrule/interface_control.idl.h"
#include "ferrule/pipe_control.idl.h"

namespace ferrule::bindings {
namespace {

using wire::PipeEnd;
using wire::ValidationError;

/// How often a service asks whether its answers are read.
constexpr int kMessagesPerLook = 32;

/// The method of a message that was encoded here. One whose encoder failed never gets so far.
uint32_t name_of(const wire::Message& message) {
  uint32_t name = 0;
  FERRULE_CHECK(message.buffer().size() >= wire::kMessageHeaderBytes);
  std::memcpy(&name, message.buffer().data() + wire::kMessageNameOffset, sizeof(name));
  return name;
}

/// Whether such messages are about the interface, and not of it.
bool is_control(uint32_t name) {
  return name == wire::kRunName || name == wire::kRunOrClosePipeName;
}

/// In a notice that an end was closed.
std::optional<Error> reason_of(pipe_control::RunOrClosePipeInput& input) {
  auto& reason = input.get_peer_associated_endpoint_closed_event().disconnect_reason;
  if (!reason) return {};
  return to_disconnect_error(reason->custom_reason, std::move(reason->description));
}

}  // namespace

std::shared_ptr<Endpoint> Endpoint::create(std::unique_ptr<PipeEnd> pipe,
                                           boost::asio::any_io_executor executor,
                                           std::string_view interface_name) {
  FERRULE_CHECK(pipe != nullptr);
  return std::make_shared<Endpoint>(Private{}, std::move(pipe), std::move(executor),
                                    interface_name);
}

std::shared_ptr<Endpoint> Endpoint::create(std::unique_ptr<AssociatedEnd> end,
                                           boost::asio::any_io_executor executor,
                                           std::string_view interface_name) {
  AssociatedEnd* const associated = end.get();
  auto endpoint =
      create(std::unique_ptr<PipeEnd>(std::move(end)), std::move(executor), interface_name);
  endpoint->associated_ = associated;
  associated->bind_to(endpoint);
  return endpoint;
}

Endpoint::Endpoint(Private /*unused*/, std::unique_ptr<PipeEnd> pipe,
                   boost::asio::any_io_executor executor, std::string_view interface_name)
    : pipe_(std::move(pipe)), executor_(std::move(executor)), interface_name_(interface_name) {}

Endpoint::~Endpoint() { close_pipe(Error(Errc::kCancelled, "the pipe was closed here")); }

void Endpoint::start(void* implementation, Dispatch dispatch, uint32_t version) {
  version_ = version;
  implementation_ = implementation;
  dispatch_ = dispatch;
  if (associated_ == nullptr) {
    sync_group_ = SyncGroup::of(executor_);
    sync_group_->add(*this);
    is_in_group_ = true;
  }
  pipe_->set_listener(weak_from_this());
}

void Endpoint::set_disconnect_handler(DisconnectHandler handler) {
  disconnect_handler_ = std::move(handler);
}

// ---- the end of it ------------------------------------------------------------------------------

void Endpoint::close() {
  disconnect_handler_ = nullptr;
  close_pipe(Error(Errc::kCancelled, "the pipe was closed here"));
  fail_all(make_error_code(Errc::kCancelled));
}

void Endpoint::close_with_reason(uint32_t custom_reason, std::string description) {
  if (associated_ != nullptr) {
    associated_->set_farewell(custom_reason, std::move(description));
  } else if (pipe_) {
    send_closed_event(wire::kPrimaryInterfaceId,
                      to_disconnect_error(custom_reason, std::move(description)));
  }
  close();
}

/// The pipe, with all interfaces on it; or this interface alone.
void Endpoint::close_pipe(const Error& reason) {
  leave_sync_group();
  associated_ = nullptr;
  pipe_.reset();
  stop_waiting();
  cancel_open_calls();
  if (const auto group = std::exchange(group_, nullptr)) group->lose_pipe(reason);
}

/// Forgets what is to happen later on this pipe.
void Endpoint::stop_waiting() {
  deadlines_.reset();
  idle_listener_.reset();
  idle_watch_.reset();
  flush_wait_.reset();
}

std::unique_ptr<PipeEnd> Endpoint::release() {
  FERRULE_CHECK(replies_.empty() && unclaimed_.empty());
  FERRULE_CHECK(group_ == nullptr || group_->empty());
  FERRULE_CHECK(kept_.empty());
  disconnect_handler_ = nullptr;
  associated_ = nullptr;
  stop_waiting();
  // Their answers could not get there any more.
  for (const OpenCalls::Call& call : open_calls_.take_all()) {
    send_dropped_reply(call.request_id, call.name);
  }
  if (const auto group = std::exchange(group_, nullptr)) {
    group->lose_pipe(Error(Errc::kCancelled, "the pipe was given up"));
  }
  if (pipe_) pipe_->set_listener({});
  leave_sync_group();
  return std::move(pipe_);
}

void Endpoint::fail_all(error_code error) {
  complete_writable_waiters(error);
  for (ReplyHandler::Pointer& handler : replies_.take_all()) {
    ReplyHandler::on_error(std::move(handler), error);
  }
}

/// Nothing more will come. Those who wait are told first, then the owner.
void Endpoint::disconnect(const Error& reason) {
  close_pipe(reason);
  fail_all(reason.code());
  if (!disconnect_handler_) return;
  // Through the executor, as the handlers before it went: so it is the last to run. Until then the
  // owner may close this end, and then it is not to run.
  boost::asio::post(executor_, [self = shared_from_this(), reason] {
    if (const auto handler = std::exchange(self->disconnect_handler_, nullptr)) handler(reason);
  });
}

void Endpoint::fail(std::string rule) {
  if (!pipe_) return;
  const Error reason(Errc::kBadMessage, std::move(rule));
  pipe_->report_bad_message(reason.message());
  if (!disconnect_handler_) log(LogLevel::kWarning, "bad message: " + reason.message());
  disconnect(reason);
}

void Endpoint::reject(const Error& reason) {
  if (!pipe_) return;
  log(LogLevel::kError, std::string(interface_name_) + ": " + reason.message());
  disconnect(reason);
}

void Endpoint::send_closed_event(uint32_t id, const std::optional<Error>& reason) {
  pipe_control::PeerAssociatedEndpointClosedEvent event{.id = id, .disconnect_reason = {}};
  if (reason) {
    event.disconnect_reason = pipe_control::DisconnectReason{
        .custom_reason = static_cast<uint32_t>(reason->code().value()),
        .description = reason->message()};
  }
  pipe_control::RunOrClosePipeParams params;
  params.input.set_peer_associated_endpoint_closed_event(std::move(event));
  auto message =
      wire::make_message(wire::control_header(wire::MessageKind::kPipe, 0), std::move(params));
  // Words that are not UTF-8 cannot be sent. The news can.
  if (!message) return send_closed_event(id, Error(reason->code(), {}));
  const auto sent = transmit(std::move(message).value());
  // Of the pipe itself it is the last word anyway. Of one interface on it the other side must hear.
  if (!sent && id != wire::kPrimaryInterfaceId) reject(sent.error());
}

// ---- out ----------------------------------------------------------------------------------------

Buffer Endpoint::allocate(size_t num_bytes) const {
  return pipe_ ? pipe_->allocate(num_bytes) : Buffer::allocate(num_bytes);
}

Result<void> Endpoint::transmit(wire::Message message) {
  if (!pipe_) return {};
  return pipe_->send(std::move(message));
}

Result<void> Endpoint::send(Result<wire::Message> message) {
  const bool is_acknowledged = idle_listener_ && message && !is_control(name_of(*message));
  auto sent = message ? transmit(std::move(message).value()) : std::move(message).error();
  if (InterfaceGroup* const group = find_group()) {
    sent ? group->on_message_sent() : group->on_message_failed();
  }
  if (is_acknowledged && sent) ++idle_listener_->num_unacknowledged;
  return sent;
}

Result<uint64_t> Endpoint::send_request(Result<wire::Message> request, Clock::TimePoint deadline) {
  if (request && !pipe_) return Error(Errc::kDisconnected, "the pipe is closed");
  if (deadline == Clock::kNever && default_timeout_ != Clock::Duration::zero()) {
    deadline = deadline_after(default_timeout_);
  }
  if (deadline != Clock::kNever && deadline <= deadlines().clock().now()) {
    request = Error(Errc::kTimedOut, "the deadline was over before the call");
  }
  const uint64_t request_id = last_request_id_;
  const uint32_t name = request ? name_of(*request) : 0;
  if (auto sent = send(std::move(request)); !sent) return std::move(sent).error();
  unclaimed_.push_back({request_id, name, {}, {}, deadline});
  if (deadline != Clock::kNever) {
    deadlines().tidy(replies_.size() + unclaimed_.size(), [this](uint64_t id) {
      return replies_.contains(id) || find_unclaimed(id) != nullptr;
    });
    deadlines().add(deadline, request_id);
  }
  return request_id;
}

Result<uint64_t> Endpoint::send_numbered(Result<wire::Message> request, Clock::TimePoint deadline) {
  const uint64_t request_id = next_request_id();
  if (request) {
    std::memcpy(request->buffer().data() + offsetof(wire::MessageHeader, request_id), &request_id,
                sizeof(request_id));
  }
  return send_request(std::move(request), deadline);
}

void Endpoint::await_reply(uint64_t request_id, ReplyHandler::Pointer handler) {
  Unclaimed* const unclaimed = find_unclaimed(request_id);
  FERRULE_CHECK(unclaimed != nullptr);
  std::optional<HeldReply> reply = std::move(unclaimed->reply);
  handler->request_id = request_id;
  handler->name = unclaimed->name;
  const error_code error = unclaimed->error;
  erase(*unclaimed);
  if (error) return ReplyHandler::on_error(std::move(handler), error);
  if (!pipe_ && !reply) {
    return ReplyHandler::on_error(std::move(handler), make_error_code(Errc::kDisconnected));
  }
  replies_.insert(std::move(handler));
  if (!reply) return;
  boost::asio::post(executor_, [self = shared_from_this(), held = std::move(*reply)]() mutable {
    wire::ReceivedHeader header;
    wire::DecodeFailure failure;
    FERRULE_CHECK(wire::read_message_header(held.message.buffer().bytes(), header, failure));
    self->handle_own(header, std::move(held.message), std::move(held.ends));
  });
}

void Endpoint::forget_request(uint64_t request_id) {
  Unclaimed* const unclaimed = find_unclaimed(request_id);
  FERRULE_CHECK(unclaimed != nullptr);
  const bool is_answered = unclaimed->reply.has_value() || unclaimed->error;
  const uint32_t name = unclaimed->name;
  erase(*unclaimed);
  if (is_answered || !pipe_) return;
  discard_answer(request_id, name);
}

/// It is still to come, and one that nobody asked for would be a breach of the rules.
void Endpoint::discard_answer(uint64_t request_id, uint32_t name) {
  ReplyHandler::Pointer discarding = DiscardingReplyHandler::create();
  discarding->request_id = request_id;
  discarding->name = name;
  replies_.insert(std::move(discarding));
}

// ---- associated interfaces ----------------------------------------------------------------------

InterfaceGroup* Endpoint::find_or_make_group() {
  if (associated_ == nullptr && group_ == nullptr && pipe_ != nullptr) {
    group_ = std::make_shared<InterfaceGroup>(*this, dispatch_ == nullptr);
  }
  return find_group();
}

Result<uint32_t> Endpoint::send_end(std::unique_ptr<wire::InterfaceEnd> end) {
  if (InterfaceGroup* const group = find_or_make_group()) return group->send_end(std::move(end));
  if (associated_ != nullptr) {
    return Error(Errc::kInvalidArgument, "this associated interface belongs to no pipe yet");
  }
  return uint32_t{1};  // the pipe is closed: the message disappears, and the end with it
}

std::unique_ptr<wire::InterfaceEnd> Endpoint::take_end(uint32_t /*id*/) { return nullptr; }

void Endpoint::erase(Unclaimed& unclaimed) {
  if (&unclaimed != &unclaimed_.back()) unclaimed = std::move(unclaimed_.back());
  unclaimed_.pop_back();
}

Endpoint::Unclaimed* Endpoint::find_unclaimed(uint64_t request_id) noexcept {
  const auto it = std::find_if(
      unclaimed_.rbegin(), unclaimed_.rend(),
      [request_id](const Unclaimed& unclaimed) { return unclaimed.request_id == request_id; });
  return it == unclaimed_.rend() ? nullptr : &*it;
}

void Endpoint::send_dropped_reply(uint64_t request_id, uint32_t name, uint32_t flags) {
  if (is_watched_) forget_watched(request_id);
  if (!pipe_) return;
  wire::MessageHeader header;
  header.name = name;
  header.flags = wire::kIsResponse | kReplyDropped | flags;
  header.request_id = request_id;
  wire::SizeCounter counter;
  counter.add_object(8);
  wire::Encoder encoder = OutgoingMessage(*this, header).begin(counter);
  const wire::StructWriter nothing(encoder, 8, 0);
  // No values in it could be refused. But the caller reads no answers, and there is no room left
  // for one more: nobody must wait for an answer that was lost.
  if (auto sent = send(std::move(encoder).finish()); !sent) reject(sent.error());
}

void Endpoint::wait_writable(std::unique_ptr<WritableWaiter> waiter) {
  if (!pipe_) return waiter->complete(make_error_code(Errc::kDisconnected));
  if (pipe_->is_writable()) return waiter->complete({});
  writable_waiters_.push_back(std::move(waiter));
}

void Endpoint::complete_writable_waiters(error_code error) {
  for (const auto& waiter : std::exchange(writable_waiters_, {})) waiter->complete(error);
}

// ---- in -----------------------------------------------------------------------------------------

void Endpoint::on_pipe_signal(PipeEnd::SignalSource source) noexcept {
  if (sync_group_ && sync_group_->take_over(*this)) return;
  auto drain_later = [self = shared_from_this()] { self->drain(); };
  if (source == PipeEnd::SignalSource::kTransport) {
    boost::asio::dispatch(executor_, std::move(drain_later));
  } else {
    boost::asio::post(executor_, std::move(drain_later));
  }
}

void Endpoint::wake() {
  boost::asio::post(executor_, [self = shared_from_this()] { self->drain(); });
}

void Endpoint::drain() {
  is_seen_ = false;
  if (!writable_waiters_.empty() && pipe_ && pipe_->is_writable()) complete_writable_waiters({});
  if (!peer_.waiting_cancels.empty()) send_waiting_cancels();
  if (is_stalled()) {
    auto message = *std::exchange(group_->stalled, std::nullopt);
    handle(std::move(message));
  }
  for (int turn = 0; turn < kMaxMessagesPerTurn; ++turn) {
    if (!pipe_ || is_stalled()) return;
    // Where nobody waits for the answers, those calls hold nothing up.
    if (must_wait() && pipe_->is_peer_closed()) cancel_open_calls();
    if (must_wait()) return;
    // Who does not read our answers has no more requests handled. Looked at now and then: the part
    // of the window that is kept for it is large.
    const bool looks = dispatch_ != nullptr && turn % kMessagesPerLook == 0;
    if (looks && !pipe_->is_writable()) return;
    wire::Message message;
    switch (take_next(message)) {
      case PipeEnd::TakeStatus::kMessage:
        handle(std::move(message));
        break;
      case PipeEnd::TakeStatus::kEmpty:
        return;
      case PipeEnd::TakeStatus::kPeerClosed: {
        const Error gone(Errc::kDisconnected, "the other end of the pipe is gone");
        return disconnect(associated_ != nullptr ? Error(associated_->close_reason())
                                                 : peer_reason_.value_or(gone));
      }
    }
  }
  wake();
}

void Endpoint::handle(wire::Message message) {
  wire::ReceivedHeader header;
  wire::DecodeFailure failure;
  if (!wire::read_message_header(message.buffer().bytes(), header, failure)) {
    return fail(std::string(interface_name_) + ": " + wire::to_string(failure));
  }
  if (associated_ == nullptr && header.fields.interface_id != wire::kPrimaryInterfaceId) {
    return handle_associated(header, std::move(message));
  }
  ArrivedEnds ends;
  if (!header.interface_ids.empty() && !find_or_make_group()->accept(header.interface_ids, ends)) {
    return fail(std::string(interface_name_) + ": ILLEGAL_INTERFACE_ID");
  }
  handle_own(header, std::move(message), std::move(ends));
}

/// A message for this interface. The ends that it brought are open already: what comes next may be
/// for them.
void Endpoint::handle_own(const wire::ReceivedHeader& header, wire::Message message,
                          ArrivedEnds ends) {
  wire::Decoder decoder(message.buffer(), header.payload_offset, header.payload_end,
                        message.handles(), header.interface_ids);
  decoder.set_interface_ends(&ends);
  if (header.is_response()) {
    handle_reply(header, decoder, message, ends);
  } else if (wire::kind_of(header.fields) == wire::MessageKind::kMethod) {
    handle_request(header, decoder);
  } else {
    handle_control(header, decoder);
  }
}

// ---- control messages ---------------------------------------------------------------------------

void Endpoint::handle_control(const wire::ReceivedHeader& header, wire::Decoder& decoder) {
  const bool is_run = wire::kind_of(header.fields) == wire::MessageKind::kRun;
  const bool is_fine = wire::check_control_request(decoder, header.fields) &&
                       (is_run ? answer_run(header, decoder) : obey(decoder));
  if (is_fine) return;
  fail(std::string(interface_name_) + ", control message: " + wire::to_string(decoder.failure()));
}

/// What came before was handled: messages are handled in their order.
bool Endpoint::answer_run(const wire::ReceivedHeader& header, wire::Decoder& decoder) {
  interface_control::RunParams params;
  if (!wire::read_payload(decoder, params)) return false;
  interface_control::RunResponseParams response;
  if (params.input.is_query_version()) {
    response.output = interface_control::RunOutput::make_query_version_result(
        {version_, interface_control::FEATURE_CANCEL});
  }
  static_cast<void>(
      send(wire::make_message(wire::control_answer_header(header.fields), std::move(response))));
  return true;
}

bool Endpoint::obey(wire::Decoder& decoder) {
  interface_control::RunOrClosePipeParams params;
  if (!wire::read_payload(decoder, params)) return false;
  if (params.input.is_cancel_request()) {
    // A call that was answered meanwhile, or never was there, is nothing to complain of.
    const auto signal = open_calls_.cancel(params.input.get_cancel_request().request_id);
    if (signal) signal->emit(boost::asio::cancellation_type::terminal);
    return true;
  }
  const bool is_of_idleness = params.input.is_message_ack() || params.input.is_notify_idle();
  if (is_of_idleness && dispatch_ == nullptr) {
    on_idle_order(params.input);
    return true;
  }
  if (params.input.is_enable_idle_tracking() && dispatch_ != nullptr) {
    const int64_t timeout = params.input.get_enable_idle_tracking().timeout_in_microseconds;
    if (timeout < 0) return decoder.refuse_value(decoder.payload_offset(), "a time below zero");
    watch_idleness(timeout);
    return true;
  }
  if (!params.input.is_require_version()) {
    return decoder.fail(ValidationError::kMessageHeaderUnknownMethod, decoder.payload_offset());
  }
  const uint32_t required = params.input.get_require_version().version;
  if (required > version_) {
    disconnect(Error(Errc::kDisconnected,
                     "the other side requires version " + std::to_string(required) + " of " +
                         std::string(interface_name_) + ", this is " + std::to_string(version_)));
  }
  return true;
}

void Endpoint::handle_associated(const wire::ReceivedHeader& header, wire::Message message) {
  const uint32_t id = header.fields.interface_id;
  if (id == wire::kInvalidInterfaceId) return handle_pipe_control(header, message);
  switch (find_or_make_group()->deliver(id, message)) {
    case InterfaceGroup::Delivery::kDone:
      return;
    case InterfaceGroup::Delivery::kNotBound:
      group_->stalled = std::move(message);
      return;
    case InterfaceGroup::Delivery::kForbidden:
      return fail(std::string(interface_name_) + ": a message for an interface after its end");
  }
}

void Endpoint::handle_pipe_control(const wire::ReceivedHeader& header, wire::Message& message) {
  wire::Decoder decoder(message.buffer(), header.payload_offset, header.payload_end,
                        message.handles());
  pipe_control::RunOrClosePipeParams params;
  bool is_fine =
      wire::check_control_request(decoder, header.fields) && wire::read_payload(decoder, params);
  if (is_fine && params.input.is_peer_associated_endpoint_closed_event()) {
    is_fine = handle_peer_closed(params.input.get_peer_associated_endpoint_closed_event().id,
                                 reason_of(params.input)) ||
              decoder.fail(ValidationError::kIllegalInterfaceId, header.payload_offset);
  } else if (is_fine && params.input.is_flush_async()) {
    drop_flusher(std::move(params.input.get_flush_async().flusher_pipe));
  } else if (is_fine) {
    pause_until_flushed(std::move(params.input.get_pause_until_flush_completes().flush_pipe));
  }
  if (!is_fine) fail("control message of the pipe: " + wire::to_string(decoder.failure()));
}

bool Endpoint::handle_peer_closed(uint32_t id, std::optional<Error> reason) {
  if (id == wire::kPrimaryInterfaceId) {
    peer_reason_ = std::move(reason);
    return true;
  }
  const Error gone(Errc::kDisconnected, "the other end of the associated interface is gone");
  return find_or_make_group()->on_peer_closed(id, reason.value_or(gone));
}

void Endpoint::handle_request(const wire::ReceivedHeader& header, wire::Decoder& decoder) {
  const status::CallScope scope;
  IncomingCall call(shared_from_this(), header.fields, decoder);
  if ((header.fields.flags & wire::kIsSync) != 0) watch_request(header.fields.request_id);
  const bool is_sound = filter_ ? filter_call(header, decoder, call) : dispatch_call(call);
  if (is_sound && idle_watch_) acknowledge_message();
  if (!is_sound) {
    fail(std::string(interface_name_) + "." + call.method_name() +
         " request: " + wire::to_string(decoder.failure()));
  }
}

void Endpoint::handle_reply(const wire::ReceivedHeader& header, wire::Decoder& decoder,
                            wire::Message& message, ArrivedEnds& ends) {
  const auto refuse = [&](const char* method, std::string_view rule) {
    fail(std::string(interface_name_) + "." +
         (method != nullptr ? method : "method " + std::to_string(header.fields.name)) +
         " response: " + std::string(rule));
  };
  if (!wire::is_answer(header.fields.flags)) {
    decoder.fail(ValidationError::kMessageHeaderInvalidFlags, wire::kMessageFlagsOffset);
    return refuse(nullptr, wire::to_string(decoder.failure()));
  }
  const uint64_t request_id = header.fields.request_id;
  ReplyHandler::Pointer handler = replies_.take(request_id);
  if (!handler) {
    Unclaimed* const unclaimed = find_unclaimed(request_id);
    if (unclaimed == nullptr || unclaimed->reply) return refuse(nullptr, "UNEXPECTED_ANSWER");
    unclaimed->reply = HeldReply{std::move(message), std::move(ends)};
    return;
  }
  const bool is_dropped = (header.fields.flags & kReplyDropped) != 0;
  if (handler->name != header.fields.name) {
    decoder.fail(ValidationError::kMessageHeaderUnknownMethod, wire::kMessageNameOffset);
  } else if (is_dropped) {
    const bool is_refused = (header.fields.flags & kReplyRefused) != 0;
    return ReplyHandler::on_error(
        std::move(handler),
        make_error_code(is_refused ? Errc::kAccessDenied : Errc::kReplyDropped));
  }
  const char* const method = handler->method;
  const bool is_sound = decoder.failure().error == ValidationError::kNone;
  if (is_sound && handler->name == wire::kRunName) learn_of_peer(header, message);
  if (is_sound && ReplyHandler::on_reply(handler, decoder, executor_)) return;
  ReplyHandler::on_error(std::move(handler), make_error_code(Errc::kBadMessage));
  refuse(is_sound ? method : nullptr, wire::to_string(decoder.failure()));
}

}  // namespace ferrule::bindings
