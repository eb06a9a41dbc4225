// SPDX-License-Identifier: Apache-2.0
// Proxies that go away, and what is remembered of them.
#include <algorithm>
#include <utility>

#include "ferrule/node/router.h"
#include "ferrule/node/router_rules.h"

namespace ferrule::node {
namespace {

using Phase = PortState::Phase;
using Verdict = ObserveProxyAck::Verdict;

}  // namespace

void Router::ask_to_be_observed(PortState& port, Outbox& outbox) {
  port.asked_for = {port.upstream.link, port.peer};
  pass_on(port, ObserveProxy{{kLocal, port.name}, port.peer}, outbox);
}

void Router::remove_if_drained(PortState& port, Outbox& outbox) {
  if (port.phase != Phase::kProxying || !port.remove_when_drained || !port.is_drained()) return;
  answer_waiting(port, outbox);
  tell_changed(port, outbox);
  leave_note(port);
  erase(port, outbox);
}

/// Events may be on their way to a proxy that goes, by another way than the word that nothing more
/// will come: that speaks of messages only. They must not be lost, or a port never hears that its
/// peer is gone.
void Router::leave_note(const PortState& proxy) {
  notes_.emplace(proxy.name, proxy.peer);
  std::deque<PortName>& ages = note_ages_[proxy.peer.link];
  ages.push_back(proxy.name);
  if (ages.size() > kMaxNotes) {
    notes_.erase(ages.front());
    ages.pop_front();
  }
}

void Router::handle_late(PortName to, PortEvent event, Outbox& outbox) {
  const auto it = notes_.find(to);
  if (it == notes_.end()) return;
  const Address next = it->second;
  if (auto* observe = std::get_if<ObserveProxy>(&event)) {
    if (observe->proxy.link == kNowhere) return;
    // Whoever sends to the asker now is somebody else than the proxy that has gone.
    const bool is_next = observe->proxy.port == next.port;
    if (is_next || !can_cross(*observe, next.link)) {
      // The ring no longer leads through here, so a new question goes another way. That this one
      // got no farther says nothing of the ring as it is now.
      post(is_next ? next : observe->proxy, ObserveProxyAck{Verdict::kAskAgain, 0}, outbox);
      return;
    }
    if (++observe->num_hops > kMaxHops) {
      post(observe->proxy, ObserveProxyAck{Verdict::kStays, 0}, outbox);
      return;
    }
  } else if (auto* closed = std::get_if<PortClosed>(&event)) {
    if (++closed->num_hops > kMaxHops) return;
  } else if (auto* granted = std::get_if<CreditGranted>(&event)) {
    if (++granted->num_hops > kMaxHops) return;
  } else {
    return;
  }
  post(next, std::move(event), outbox);
}

void Router::answer_waiting(PortState& port, Outbox& outbox) {
  for (const Address& proxy : std::exchange(port.waiting_for_removal, {})) {
    post(proxy, ObserveProxyAck{Verdict::kAskAgain, 0}, outbox);
  }
}

/// Tells proxies whose questions came no farther than here that they may do so now.
void Router::tell_changed(PortState& port, Outbox& outbox) {
  for (const Address& proxy : std::exchange(port.stopped_here, {})) {
    post(proxy, ObserveProxyAck{Verdict::kChanged, 0}, outbox);
  }
}

void Router::add_to(std::vector<Address>& proxies, const Address& proxy) {
  if (std::find(proxies.begin(), proxies.end(), proxy) != proxies.end()) return;
  if (proxies.size() == kMaxWaitingProxies) proxies.erase(proxies.begin());
  proxies.push_back(proxy);
}

void Router::erase(PortState& port, Outbox& outbox) {
  port.phase = Phase::kClosed;
  std::vector<QueuedMessage> unread;
  port.incoming.move_all_to(unread);
  discard(unread, outbox);
  remove_held(port.brought_by, {.num_ports = 1});
  const PortName name = port.name;
  ports_.erase(name);
}

/// Messages that waited at a port and will never be taken.
void Router::discard(std::vector<QueuedMessage>& messages, Outbox& outbox) {
  for (QueuedMessage& message : messages) {
    leave_queue(message);
    outbox.discarded.push_back(std::move(message.message));
  }
}

}  // namespace ferrule::node
