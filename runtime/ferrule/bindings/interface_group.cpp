// SPDX-License-Identifier: Apache-2.0
//
// All messages of a pipe are handled in the order in which they were sent, whatever interface they
// are for. That is the point of associated interfaces, and the rule to remember: a message whose
// end is not bound yet is not put aside, it stops the pipe until somebody binds or destroys that
// end.
#include "ferrule/bindings/interface_group.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/wire/received_header.h"
#include "ferrule/bindings/binding_limits.h"
#include "ferrule/bindings/endpoint.h"

namespace ferrule::bindings {

// ---- the ends of one message --------------------------------------------------------------------

void ArrivedEnds::add(uint32_t id, std::unique_ptr<AssociatedEnd> end) {
  ends_.push_back({id, std::move(end)});
}

Result<uint32_t> ArrivedEnds::send_end(std::unique_ptr<wire::InterfaceEnd> /*end*/) {
  return Error(Errc::kInvalidArgument, "nothing is sent with a message that is being read");
}

std::unique_ptr<wire::InterfaceEnd> ArrivedEnds::take_end(uint32_t id) {
  for (Arrived& arrived : ends_) {
    if (arrived.id == id) return std::move(arrived.end);
  }
  return nullptr;
}

InterfaceGroup::InterfaceGroup(Endpoint& primary, bool has_remote) noexcept
    : primary_(&primary), executor_(primary.executor()), side_(has_remote ? kSideBit : 0) {}

// ---- out ----------------------------------------------------------------------------------------

uint32_t InterfaceGroup::next_id() {
  // Round and round; there are far fewer open ids than numbers.
  do {
    last_number_ = last_number_ % (kSideBit - 2) + 1;
  } while (entries_.contains(last_number_ | side_));
  return last_number_ | side_;
}

Result<uint32_t> InterfaceGroup::send_end(std::unique_ptr<wire::InterfaceEnd> end) {
  if (const auto* required = static_cast<const AssociatedEnd&>(*end).restriction()) {
    return Error(Errc::kAccessDenied, std::string(required->interface_name) +
                                          " has RequireContext and so cannot be associated");
  }
  const auto leaving = AssociatedEnd::from_message(std::move(end));
  if (leaving->is_associated()) {
    return Error(Errc::kInvalidArgument, "the associated interface belongs to a pipe already");
  }
  if (entries_.size() >= kMaxAssociatedInterfaces) {
    return Error(Errc::kResourceExhausted, "the pipe has too many associated interfaces");
  }
  const uint32_t id = next_id();
  AssociatedEnd* const staying = leaving->detach_peer();
  if (staying != nullptr) staying->attach(shared_from_this(), id);
  entries_.emplace(id, Entry{staying, false});
  new_ids_.push_back(id);
  return id;
}

void InterfaceGroup::on_message_sent() {
  for (const uint32_t id : std::exchange(new_ids_, {})) {
    const auto it = entries_.find(id);
    if (it == entries_.end()) continue;
    if (it->second.end != nullptr) {
      it->second.end->send_held();
    } else {
      announce_closed(id, {});  // it was closed before the message left
    }
  }
}

void InterfaceGroup::on_message_failed() {
  const Error reason(Errc::kDisconnected, "the message with the other end could not be sent");
  for (const uint32_t id : std::exchange(new_ids_, {})) {
    const auto it = entries_.find(id);
    if (it == entries_.end()) continue;
    AssociatedEnd* const end = it->second.end;
    // The peer never hears of the id, so it will not say that it closed it.
    it->second.is_peer_closed = true;
    if (end == nullptr) {
      entries_.erase(it);
    } else {
      end->on_closed(reason, AssociatedEnd::SignalSource::kCall);
    }
  }
}

Result<void> InterfaceGroup::send(uint32_t id, wire::Message message) {
  if (primary_ == nullptr) return {};
  FERRULE_CHECK(message.buffer().size() >= wire::kMessageHeaderBytes);
  std::memcpy(message.buffer().data() + offsetof(wire::MessageHeader, interface_id), &id,
              sizeof(id));
  return primary_->transmit(std::move(message));
}

Buffer InterfaceGroup::allocate(size_t num_bytes) const {
  return primary_ != nullptr ? primary_->allocate(num_bytes) : Buffer::allocate(num_bytes);
}

// ---- in -----------------------------------------------------------------------------------------

InterfaceGroup::Delivery InterfaceGroup::deliver(uint32_t id, wire::Message& message) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) {
    discard(message);
    return Delivery::kDone;
  }
  const Entry entry = it->second;
  if (entry.is_peer_closed) return Delivery::kForbidden;
  if (entry.end == nullptr) {
    discard(message);
    return Delivery::kDone;
  }
  if (!entry.end->is_bound()) return Delivery::kNotBound;
  entry.end->deliver(std::move(message));
  return Delivery::kDone;
}

size_t InterfaceGroup::num_open_calls() const {
  size_t num_calls = 0;
  for (const auto& [id, entry] : entries_) {
    if (entry.end != nullptr) num_calls += entry.end->num_open_calls();
  }
  return num_calls;
}

bool InterfaceGroup::is_bound(uint32_t id) const {
  const auto it = entries_.find(id);
  return it != entries_.end() && it->second.end != nullptr && !it->second.is_peer_closed &&
         it->second.end->is_bound();
}

bool InterfaceGroup::accept(const wire::InterfaceIdList& ids, ArrivedEnds& out) {
  if (ids.size() > kMaxAssociatedInterfaces) return false;
  for (size_t i = 0; i < ids.size(); ++i) {
    const uint32_t id = ids[i];
    if (is_ours(id) || entries_.size() >= kMaxAssociatedInterfaces) return false;
    const auto [it, is_new] = entries_.try_emplace(id);
    // Without an end and closed by the peer: its notice came first. Any other is in use.
    if (!is_new && (it->second.end != nullptr || !it->second.is_peer_closed)) return false;
    auto end = std::make_unique<AssociatedEnd>(shared_from_this(), id);
    it->second.end = end.get();
    if (!is_new) end->on_closed(end->close_reason(), AssociatedEnd::SignalSource::kCall);
    out.add(id, std::move(end));
  }
  return true;
}

bool InterfaceGroup::on_peer_closed(uint32_t id, const Error& reason) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) {
    // The message that brings the id is still to come; its end will be closed from the start.
    if (is_ours(id) || entries_.size() >= kMaxAssociatedInterfaces) return false;
    entries_.emplace(id, Entry{nullptr, true});
    return true;
  }
  if (it->second.is_peer_closed) return false;
  it->second.is_peer_closed = true;
  AssociatedEnd* const end = it->second.end;
  if (end == nullptr) {
    entries_.erase(it);
  } else {
    end->on_closed(reason, AssociatedEnd::SignalSource::kTransport);
  }
  return true;
}

void InterfaceGroup::discard(const wire::Message& message) {
  wire::ReceivedHeader header;
  wire::DecodeFailure failure;
  ArrivedEnds ends;
  if (!wire::read_message_header(message.buffer().bytes(), header, failure)) return;
  if (!accept(header.interface_ids, ends)) fail("ILLEGAL_INTERFACE_ID in a message to nobody");
}

// ---- what ends tell -----------------------------------------------------------------------------

void InterfaceGroup::on_end_bound(uint32_t /*id*/) {
  if (primary_ != nullptr && stalled) primary_->wake();
}

void InterfaceGroup::on_end_gone(uint32_t id, const std::optional<Error>& farewell) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  it->second.end = nullptr;
  if (it->second.is_peer_closed) entries_.erase(it);
  const bool is_unsent = std::find(new_ids_.begin(), new_ids_.end(), id) != new_ids_.end();
  if (!is_unsent) announce_closed(id, farewell);
  if (primary_ != nullptr && stalled) primary_->wake();
}

void InterfaceGroup::announce_closed(uint32_t id, const std::optional<Error>& farewell) {
  if (primary_ != nullptr) primary_->send_closed_event(id, farewell);
}

void InterfaceGroup::fail(std::string_view what) {
  if (primary_ != nullptr) primary_->fail(std::string(what));
}

void InterfaceGroup::lose_pipe(const Error& reason) {
  if (std::exchange(primary_, nullptr) == nullptr) return;
  stalled.reset();
  for (auto& [id, entry] : std::exchange(entries_, {})) {
    if (entry.end != nullptr && !entry.is_peer_closed) {
      entry.end->on_closed(reason, AssociatedEnd::SignalSource::kCall);
    }
  }
}

}  // namespace ferrule::bindings
