// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/associated_end.h"

#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/bindings/disconnect_reason.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/interface_group.h"
#include "ferrule/bindings/pending_associated.h"

namespace ferrule::bindings {

AssociatedEnd::Pair AssociatedEnd::make_pair() {
  Pair pair{std::unique_ptr<AssociatedEnd>(new AssociatedEnd()),
            std::unique_ptr<AssociatedEnd>(new AssociatedEnd())};
  pair.first->peer_ = pair.second.get();
  pair.second->peer_ = pair.first.get();
  return pair;
}

AssociatedEnd::AssociatedEnd(std::shared_ptr<InterfaceGroup> group, uint32_t id)
    : group_(std::move(group)), id_(id) {}

AssociatedEnd::~AssociatedEnd() {
  if (AssociatedEnd* const peer = detach_peer()) {
    const Error reason = farewell_.value_or(reason_);
    peer->on_closed(reason, SignalSource::kCall);
  }
  if (!group_) return;
  for (const wire::Message& unread : inbox_) group_->discard(unread);
  group_->on_end_gone(id_, farewell_);
}

// ---- as a pipe ----------------------------------------------------------------------------------

Result<void> AssociatedEnd::send(wire::Message&& message) {
  if (group_) return group_->send(id_, std::move(message));
  if (peer_ != nullptr) held_.push_back(std::move(message));
  return {};
}

wire::PipeEnd::TakeStatus AssociatedEnd::take(wire::Message& message) {
  if (inbox_.empty()) return is_peer_closed_ ? TakeStatus::kPeerClosed : TakeStatus::kEmpty;
  message = std::move(inbox_.front());
  inbox_.pop_front();
  return TakeStatus::kMessage;
}

void AssociatedEnd::set_listener(std::weak_ptr<Listener> listener) {
  is_bound_ = !listener.expired();
  if (!is_bound_) return;
  if (!inbox_.empty() || is_peer_closed_) signal(SignalSource::kCall);
  if (group_) group_->on_end_bound(id_);
}

Buffer AssociatedEnd::allocate(size_t num_bytes) {
  return group_ ? group_->allocate(num_bytes) : Buffer::allocate(num_bytes);
}

void AssociatedEnd::report_bad_message(std::string_view what) {
  if (group_) group_->fail(what);
}

void AssociatedEnd::signal(SignalSource source) {
  if (!is_bound_) return;
  if (const auto endpoint = endpoint_.lock()) {
    source == SignalSource::kTransport ? endpoint->drain() : endpoint->wake();
  }
}

// ---- for the endpoint ---------------------------------------------------------------------------

// Another executor could not keep the order between the interfaces of the pipe.
void AssociatedEnd::bind_to(const std::shared_ptr<Endpoint>& endpoint) {
  FERRULE_CHECK(!group_ || group_->executor() == endpoint->executor());
  endpoint_ = endpoint;
}

size_t AssociatedEnd::num_open_calls() const {
  const auto endpoint = endpoint_.lock();
  return endpoint ? endpoint->num_open_calls() : 0;
}

void AssociatedEnd::set_farewell(uint32_t custom_reason, std::string description) {
  farewell_ = to_disconnect_error(custom_reason, std::move(description));
}

// ---- for the group ------------------------------------------------------------------------------

AssociatedEnd* AssociatedEnd::detach_peer() noexcept {
  AssociatedEnd* const peer = std::exchange(peer_, nullptr);
  if (peer != nullptr) peer->peer_ = nullptr;
  return peer;
}

void AssociatedEnd::attach(std::shared_ptr<InterfaceGroup> group, uint32_t id) {
  const auto endpoint = endpoint_.lock();
  FERRULE_CHECK(endpoint == nullptr || group->executor() == endpoint->executor());
  group_ = std::move(group);
  id_ = id;
}

void AssociatedEnd::send_held() {
  for (wire::Message& message : std::exchange(held_, {})) {
    // It was encoded, so it can be sent; a refusal by the kernel ends the pipe by itself.
    static_cast<void>(group_->send(id_, std::move(message)));
  }
}

void AssociatedEnd::deliver(wire::Message message) {
  inbox_.push_back(std::move(message));
  signal(SignalSource::kTransport);
}

void AssociatedEnd::on_closed(const Error& reason, SignalSource source) {
  is_peer_closed_ = true;
  reason_ = reason;
  held_.clear();
  signal(source);
}

// ---- pending ends -------------------------------------------------------------------------------

PendingAssociatedEnd::PendingAssociatedEnd() noexcept = default;
PendingAssociatedEnd::PendingAssociatedEnd(std::unique_ptr<AssociatedEnd> end) noexcept
    : end_(std::move(end)) {}
PendingAssociatedEnd::PendingAssociatedEnd(PendingAssociatedEnd&&) noexcept = default;
PendingAssociatedEnd& PendingAssociatedEnd::operator=(PendingAssociatedEnd&&) noexcept = default;
PendingAssociatedEnd::~PendingAssociatedEnd() = default;

void PendingAssociatedEnd::reset() noexcept { end_.reset(); }

std::unique_ptr<AssociatedEnd> PendingAssociatedEnd::take_end() noexcept { return std::move(end_); }

std::pair<PendingAssociatedEnd, PendingAssociatedEnd> PendingAssociatedEnd::make_pair() {
  auto [first, second] = AssociatedEnd::make_pair();
  return {PendingAssociatedEnd(std::move(first)), PendingAssociatedEnd(std::move(second))};
}

}  // namespace ferrule::bindings
