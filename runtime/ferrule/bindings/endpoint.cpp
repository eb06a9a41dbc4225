// SPDX-License-Identifier: Apache-2.0
//
// Messages are taken and handled one after the other, and between any two of them user code runs,
// which may close this end, bind it elsewhere, call through it or destroy its owner. The rule to
// remember: after a call into user code nothing is known any more; `pipe_` is asked again.
#include "ferrule/bindings/endpoint.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/base/check.h"
#include "ferrule/base/log.h"
#include "ferrule/wire/received_header.h"
#include "ferrule/wire/struct_writer.h"
#include "ferrule/bindings/incoming_call.h"
#include "ferrule/bindings/message_flags.h"
#include "ferrule/bindings/outgoing_message.h"

namespace ferrule::bindings {
namespace {

using wire::PipeEnd;
using wire::ValidationError;

/// After so many messages in a row others on the same executor get their turn: a peer that sends
/// without pause must not keep timers and other pipes waiting for ever.
constexpr int kMaxMessagesPerTurn = 128;

/// The method of a message that was encoded here. One whose encoder failed never gets so far.
uint32_t name_of(const wire::Message& message) {
  uint32_t name = 0;
  FERRULE_CHECK(message.buffer().size() >= wire::kMessageHeaderBytes);
  std::memcpy(&name, message.buffer().data() + wire::kMessageNameOffset, sizeof(name));
  return name;
}

}  // namespace

std::shared_ptr<Endpoint> Endpoint::create(std::unique_ptr<PipeEnd> pipe,
                                           boost::asio::any_io_executor executor,
                                           std::string_view interface_name) {
  FERRULE_CHECK(pipe != nullptr);
  return std::make_shared<Endpoint>(Private{}, std::move(pipe), std::move(executor),
                                    interface_name);
}

Endpoint::Endpoint(Private /*unused*/, std::unique_ptr<PipeEnd> pipe,
                   boost::asio::any_io_executor executor, std::string_view interface_name)
    : pipe_(std::move(pipe)), executor_(std::move(executor)), interface_name_(interface_name) {}

Endpoint::~Endpoint() = default;

void Endpoint::start(void* implementation, Dispatch dispatch) {
  implementation_ = implementation;
  dispatch_ = dispatch;
  pipe_->set_listener(weak_from_this());
}

void Endpoint::set_disconnect_handler(DisconnectHandler handler) {
  disconnect_handler_ = std::move(handler);
}

// ---- the end of it ------------------------------------------------------------------------------

void Endpoint::close() {
  disconnect_handler_ = nullptr;
  pipe_.reset();
  fail_all(make_error_code(Errc::kCancelled));
}

std::unique_ptr<PipeEnd> Endpoint::release() {
  FERRULE_CHECK(replies_.empty() && unclaimed_.empty());
  disconnect_handler_ = nullptr;
  if (pipe_) pipe_->set_listener({});
  return std::move(pipe_);
}

void Endpoint::fail_all(error_code error) {
  for (ReplyHandler::Pointer& handler : replies_.take_all()) {
    ReplyHandler::on_error(std::move(handler), error);
  }
}

/// Nothing more will come. Those who wait are told first, then the owner.
void Endpoint::disconnect(const Error& reason) {
  pipe_.reset();
  fail_all(reason.code());
  if (!disconnect_handler_) return;
  // Through the executor, as the handlers before it went: so it is the last to run.
  boost::asio::post(
      executor_, [self = shared_from_this(), handler = std::exchange(disconnect_handler_, nullptr),
                  reason]() { handler(reason); });
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

// ---- out ----------------------------------------------------------------------------------------

Buffer Endpoint::allocate(size_t num_bytes) const {
  return pipe_ ? pipe_->allocate(num_bytes) : Buffer::allocate(num_bytes);
}

Result<void> Endpoint::send(Result<wire::Message> message) {
  if (!message) return std::move(message).error();
  if (!pipe_) return {};
  return pipe_->send(std::move(message).value());
}

Result<uint64_t> Endpoint::send_request(Result<wire::Message> request) {
  if (!request) return std::move(request).error();
  if (!pipe_) return Error(Errc::kDisconnected, "the pipe is closed");
  const uint64_t request_id = last_request_id_;
  const uint32_t name = name_of(*request);
  if (auto sent = pipe_->send(std::move(request).value()); !sent) return std::move(sent).error();
  unclaimed_.push_back({request_id, name, {}});
  return request_id;
}

void Endpoint::await_reply(uint64_t request_id, ReplyHandler::Pointer handler) {
  Unclaimed* const unclaimed = find_unclaimed(request_id);
  FERRULE_CHECK(unclaimed != nullptr);
  std::optional<wire::Message> reply = std::move(unclaimed->reply);
  handler->request_id = request_id;
  handler->name = unclaimed->name;
  erase(*unclaimed);
  if (!pipe_ && !reply) {
    return ReplyHandler::on_error(std::move(handler), make_error_code(Errc::kDisconnected));
  }
  replies_.insert(std::move(handler));
  if (!reply) return;
  boost::asio::post(executor_, [self = shared_from_this(), held = std::move(*reply)]() mutable {
    self->handle(std::move(held));
  });
}

void Endpoint::forget_request(uint64_t request_id) {
  Unclaimed* const unclaimed = find_unclaimed(request_id);
  FERRULE_CHECK(unclaimed != nullptr);
  const bool is_answered = unclaimed->reply.has_value();
  const uint32_t name = unclaimed->name;
  erase(*unclaimed);
  if (is_answered || !pipe_) return;
  // The answer is still to come, and one that nobody asked for would be a breach of the rules.
  ReplyHandler::Pointer discarding = DiscardingReplyHandler::create();
  discarding->request_id = request_id;
  discarding->name = name;
  replies_.insert(std::move(discarding));
}

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

void Endpoint::send_dropped_reply(uint64_t request_id, uint32_t name) {
  if (!pipe_) return;
  wire::MessageHeader header;
  header.name = name;
  header.flags = wire::kIsResponse | kReplyDropped;
  header.request_id = request_id;
  wire::SizeCounter counter;
  counter.add_object(8);
  wire::Encoder encoder = OutgoingMessage(*this, header).begin(counter);
  const wire::StructWriter nothing(encoder, 8, 0);
  static_cast<void>(send(std::move(encoder).finish()));  // no values in it that could be refused
}

// ---- in -----------------------------------------------------------------------------------------

void Endpoint::on_pipe_signal(PipeEnd::SignalSource source) noexcept {
  auto drain_later = [self = shared_from_this()] { self->drain(); };
  if (source == PipeEnd::SignalSource::kTransport) {
    boost::asio::dispatch(executor_, std::move(drain_later));
  } else {
    boost::asio::post(executor_, std::move(drain_later));
  }
}

void Endpoint::drain() {
  for (int turn = 0; turn < kMaxMessagesPerTurn; ++turn) {
    if (!pipe_) return;
    wire::Message message;
    switch (pipe_->take(message)) {
      case PipeEnd::TakeStatus::kMessage:
        handle(std::move(message));
        break;
      case PipeEnd::TakeStatus::kEmpty:
        return;
      case PipeEnd::TakeStatus::kPeerClosed:
        return disconnect(Error(Errc::kDisconnected, "the other end of the pipe is gone"));
    }
  }
  boost::asio::post(executor_, [self = shared_from_this()] { self->drain(); });
}

void Endpoint::handle(wire::Message message) {
  wire::ReceivedHeader header;
  wire::DecodeFailure failure;
  if (!wire::read_message_header(message.buffer().bytes(), header, failure)) {
    return fail(std::string(interface_name_) + ": " + wire::to_string(failure));
  }
  if (header.fields.interface_id != wire::kPrimaryInterfaceId) return;  // an id we never gave out

  wire::Decoder decoder(message.buffer(), header.payload_offset, header.payload_end,
                        message.handles(), header.interface_ids);
  if (header.is_response()) {
    handle_reply(header, decoder, message);
  } else {
    handle_request(header, decoder);
  }
}

void Endpoint::handle_request(const wire::ReceivedHeader& header, wire::Decoder& decoder) {
  IncomingCall call(shared_from_this(), header.fields, decoder);
  const bool is_fine =
      dispatch_ != nullptr ? dispatch_(implementation_, call) : call.unknown_method();
  if (!is_fine) {
    fail(std::string(interface_name_) + "." + call.method_name() +
         " request: " + wire::to_string(decoder.failure()));
  }
}

void Endpoint::handle_reply(const wire::ReceivedHeader& header, wire::Decoder& decoder,
                            wire::Message& message) {
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
    unclaimed->reply = std::move(message);
    return;
  }
  const bool is_dropped = (header.fields.flags & kReplyDropped) != 0;
  if (handler->name != header.fields.name) {
    decoder.fail(ValidationError::kMessageHeaderUnknownMethod, wire::kMessageNameOffset);
  } else if (is_dropped) {
    return ReplyHandler::on_error(std::move(handler), make_error_code(Errc::kReplyDropped));
  }
  const char* const method = handler->method;
  const bool is_sound = decoder.failure().error == ValidationError::kNone;
  if (is_sound && ReplyHandler::on_reply(handler, decoder, executor_)) return;
  ReplyHandler::on_error(std::move(handler), make_error_code(Errc::kBadMessage));
  refuse(is_sound ? method : nullptr, wire::to_string(decoder.failure()));
}

}  // namespace ferrule::bindings
