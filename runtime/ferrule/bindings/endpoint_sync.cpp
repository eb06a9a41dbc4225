// SPDX-License-Identifier: Apache-2.0
//
// Synchronous calls. The executor stands still while one waits: no handler runs, and what arrives
// on any of its pipes stays in order for later. Two things cannot stay. One is the answer. The
// other is a synchronous request to an interface on this executor: its caller stands still, too,
// and may be the one whose answer is waited for. So those are served from inside the wait, before
// what came on the same pipe earlier; that is the price that the word [Sync] has in the IDL.
//
// What is taken out of a pipe meanwhile and cannot be handled is kept by its endpoint, and drained
// first when the wait is over.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/wire/control_message.h"
#include "ferrule/bindings/binding_limits.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/sync_watch.h"
#include "ferrule/pipe_control.idl.h"

namespace ferrule::bindings {

using wire::PipeEnd;

namespace {

bool is_sync_request(const wire::ReceivedHeader& header) noexcept {
  constexpr uint32_t kBoth = wire::kIsSync | wire::kExpectsResponse;
  return (header.fields.flags & kBoth) == kBoth;
}

}  // namespace

// ---- who waits ----------------------------------------------------------------------------------

void Endpoint::wait_for_reply(uint64_t request_id, ReplyHandler& handler, bool is_interruptible) {
  const auto self = shared_from_this();
  Unclaimed* const unclaimed = find_unclaimed(request_id);
  FERRULE_CHECK(unclaimed != nullptr && !unclaimed->reply);
  const uint32_t name = unclaimed->name;
  const Clock::TimePoint deadline = unclaimed->deadline;
  erase(*unclaimed);
  ReplyHandler::Pointer waiting(&handler);
  InterfaceGroup* const group = find_group();
  const bool is_on_a_pipe = associated_ == nullptr || (group != nullptr && group->primary());
  if (!is_on_a_pipe) {
    // The pipe that this interface will belong to is not known yet, and nobody could say so now.
    return ReplyHandler::on_error(std::move(waiting), make_error_code(Errc::kInvalidArgument));
  }
  const auto primary = associated_ != nullptr ? group->primary()->shared_from_this() : self;
  SyncCall call{
      associated_ != nullptr ? associated_->id() : wire::kPrimaryInterfaceId, request_id, {}};
  primary->sync_calls_.push_back(&call);
  std::optional<error_code> error;
  {
    SyncGroup::Scope scope(*primary->sync_group_, is_interruptible);
    SyncWatch watch(interface_name_, handler.method, request_id, *primary->sync_group_);
    for (;;) {
      scope.serve();
      if (call.reply) break;
      if (associated_ != nullptr && associated_->is_peer_closed()) call.is_lost = true;
      error = pipe_ ? primary->error_of_wait(call, deadline) : make_error_code(Errc::kCancelled);
      if (error) break;
      scope.wait(watch.begin_sleep(deadline));
      watch.end_sleep();
    }
  }
  std::erase(primary->sync_calls_, &call);
  if (error) {
    if (pipe_) discard_answer(request_id, name);
    if (*error == make_error_code(Errc::kTimedOut)) send_cancel(request_id);
    return ReplyHandler::on_error(std::move(waiting), *error);
  }
  handler.request_id = request_id;
  handler.name = name;
  replies_.insert(std::move(waiting));
  wire::ReceivedHeader header;
  wire::DecodeFailure failure;
  FERRULE_CHECK(wire::read_message_header(call.reply->message.buffer().bytes(), header, failure));
  handle_own(header, std::move(call.reply->message), std::move(call.reply->ends));
}

std::optional<error_code> Endpoint::error_of_wait(const SyncCall& call, Clock::TimePoint deadline) {
  const bool is_gone = !pipe_ || is_peer_gone_ || call.is_lost;
  if (is_gone) return make_error_code(Errc::kDisconnected);
  if (deadline != Clock::kNever && deadline <= deadlines().clock().now()) {
    return make_error_code(Errc::kTimedOut);
  }
  return {};
}

void Endpoint::number_sync_request(wire::Message& request) {
  if ((last_request_id_ >> 32) != 0) return;
  last_request_id_ |= SyncWatch::draw_request_ids();
  std::memcpy(request.buffer().data() + offsetof(wire::MessageHeader, request_id),
              &last_request_id_, sizeof(last_request_id_));
}

void Endpoint::watch_request(uint64_t request_id) {
  const InterfaceGroup* const group = find_group();
  const Endpoint* primary = this;
  if (associated_ != nullptr) primary = group != nullptr ? group->primary() : nullptr;
  if (primary == nullptr || primary->sync_group_ == nullptr) return;
  if (SyncWatch::note_taken(request_id, *primary->sync_group_, this)) is_watched_ = true;
}

void Endpoint::forget_watched(uint64_t request_id) { SyncWatch::note_answered(request_id); }

// ---- what arrives meanwhile ---------------------------------------------------------------------

void Endpoint::serve_synchronous(bool is_interruptible) {
  const auto self = shared_from_this();
  if (is_interruptible) serve_kept();
  for (int turn = 0; pipe_ != nullptr; ++turn) {
    if (turn == kMaxMessagesPerTurn) {
      sync_group_->take_over(*this);  // more of it after the others
      return;
    }
    wire::Message message;
    const PipeEnd::TakeStatus status = pipe_->take(message);
    if (status == PipeEnd::TakeStatus::kPeerClosed) is_peer_gone_ = true;
    if (status != PipeEnd::TakeStatus::kMessage) return;
    if (handle_now(message, is_interruptible)) continue;
    num_kept_bytes_ += message.buffer().size();
    kept_.push_back(std::move(message));
    if (kept_.size() > kMaxKeptMessages || num_kept_bytes_ > kMaxKeptBytes) {
      disconnect(
          Error(Errc::kResourceExhausted,
                std::string(interface_name_) + ": too much arrived during a synchronous call"));
    }
  }
}

/// False if it has to wait: also where it is broken, which whoever handles it will find.
bool Endpoint::handle_now(wire::Message& message, bool is_interruptible) {
  wire::ReceivedHeader header;
  wire::DecodeFailure failure;
  if (!wire::read_message_header(message.buffer().bytes(), header, failure)) return false;
  if (header.is_response()) return take_sync_answer(header, message);
  if (wire::kind_of(header.fields) == wire::MessageKind::kPipe && !sync_calls_.empty()) {
    note_end_of_interface(header, message);
  }
  if (!is_sync_request(header)) return false;
  if (!is_interruptible || !can_serve(header.fields.interface_id)) {
    has_kept_requests_ = true;
    if (SyncWatch::note_kept(header.fields.request_id, *sync_group_, this)) is_watched_ = true;
    return false;
  }
  handle(std::move(message));
  return true;
}

bool Endpoint::take_sync_answer(const wire::ReceivedHeader& header, wire::Message& message) {
  const auto it =
      std::find_if(sync_calls_.begin(), sync_calls_.end(), [&header](const SyncCall* call) {
        return call->interface_id == header.fields.interface_id &&
               call->request_id == header.fields.request_id && !call->reply;
      });
  if (it == sync_calls_.end()) return false;
  SyncCall& call = **it;
  ArrivedEnds ends;
  if (!header.interface_ids.empty() && !find_or_make_group()->accept(header.interface_ids, ends)) {
    fail(std::string(interface_name_) + ": ILLEGAL_INTERFACE_ID");
    return true;
  }
  call.reply = HeldReply{std::move(message), std::move(ends)};
  return true;
}

/// The notice is handled in its order; that no answer will come is to be known now.
void Endpoint::note_end_of_interface(const wire::ReceivedHeader& header,
                                     const wire::Message& message) {
  std::vector<wire::Handle> no_handles;
  wire::Decoder decoder(message.buffer(), header.payload_offset, header.payload_end, no_handles);
  pipe_control::RunOrClosePipeParams params;
  if (!wire::read_payload(decoder, params)) return;
  if (!params.input.is_peer_associated_endpoint_closed_event()) return;
  const uint32_t id = params.input.get_peer_associated_endpoint_closed_event().id;
  for (SyncCall* const call : sync_calls_) {
    if (call->interface_id == id && id != wire::kPrimaryInterfaceId) call->is_lost = true;
  }
}

/// Not where the interface is opened by a message that waits, or paused.
bool Endpoint::can_serve(uint32_t interface_id) const {
  if (interface_id == wire::kPrimaryInterfaceId) return dispatch_ != nullptr && !must_wait();
  return group_ != nullptr && group_->is_bound(interface_id);
}

/// Requests that came while they could not be served.
void Endpoint::serve_kept() {
  if (!std::exchange(has_kept_requests_, false)) return;
  for (size_t i = 0; i < kept_.size();) {
    wire::ReceivedHeader header;
    wire::DecodeFailure failure;
    const bool is_request = wire::read_message_header(kept_[i].buffer().bytes(), header, failure) &&
                            is_sync_request(header);
    if (is_request && can_serve(header.fields.interface_id)) {
      wire::Message message = std::move(kept_[i]);
      kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(i));
      num_kept_bytes_ -= message.buffer().size();
      handle(std::move(message));
      i = 0;  // user code ran, and may have waited itself
    } else {
      has_kept_requests_ = has_kept_requests_ || is_request;
      ++i;
    }
  }
}

PipeEnd::TakeStatus Endpoint::take_next(wire::Message& message) {
  if (kept_.empty()) return pipe_->take(message);
  message = std::move(kept_.front());
  kept_.pop_front();
  num_kept_bytes_ -= message.buffer().size();
  return PipeEnd::TakeStatus::kMessage;
}

void Endpoint::leave_sync_group() {
  if (std::exchange(is_watched_, false)) SyncWatch::note_gone(this);
  if (std::exchange(is_in_group_, false)) sync_group_->remove(*this);
  kept_.clear();
  num_kept_bytes_ = 0;
}

}  // namespace ferrule::bindings
