// SPDX-License-Identifier: Apache-2.0
// What ports tell each other besides messages.
#include <utility>

#include "ferrule/node/router.h"
#include "ferrule/node/router_rules.h"

namespace ferrule::node {
namespace {

using Phase = PortState::Phase;
using Verdict = ObserveProxyAck::Verdict;

}  // namespace

/// Sends an event to a port here or behind a link, which has words for the addresses in it.
void Router::post(const Address& to, PortEvent event, Outbox& outbox) {
  if (to.is_local()) {
    local_events_.push_back({to.port, std::move(event)});
    return;
  }
  const auto link = links_.find(to.link);
  if (link == links_.end()) return;
  if (const auto* accepted = std::get_if<PortAccepted>(&event)) key_for(accepted->port, to.link);
  if (auto* observe = std::get_if<ObserveProxy>(&event)) {
    observe->proxy_key = key_for(observe->proxy, to.link);
    observe->target_key = key_for(observe->target, to.link);
    observe->is_proven = false;
  }
  outbox.departures.push_back({link->second.departures, DepartingEvent{to.port, std::move(event)}});
}

Result<void> Router::on_event(LinkId from, PortName to, PortEvent event, Outbox& outbox) {
  if (const auto* probed = std::get_if<PortProbed>(&event)) {
    on_probed(from, to, *probed, outbox);
    return {};
  }
  auto found = find_for(from, to);
  if (std::holds_alternative<ObserveProxyAck>(event) && !found) {
    // Third nodes answer questions that reached them through others. That they name a port which
    // they were not told of can be the others' fault.
    return {};
  }
  if (!found) return std::move(found).error();
  if (auto* observe = std::get_if<ObserveProxy>(&event)) {
    resolve(from, observe->proxy_key, observe->proxy);
    resolve(from, observe->target_key, observe->target);
    for (const Address& address : {observe->proxy, observe->target}) {
      if (auto checked = check_address(from, address); !checked) return checked;
    }
  }
  if (const auto* closed = std::get_if<PortClosed>(&event)) {
    if (closed->last_sequence > kMaxSequence) return broken_rule("SEQUENCE_OUT_OF_RANGE");
  }
  if (const auto* ack = std::get_if<ObserveProxyAck>(&event)) {
    if (ack->last_sequence > kMaxSequence) return broken_rule("SEQUENCE_OUT_OF_RANGE");
  }
  if (std::holds_alternative<PortAccepted>(event)) {
    const PortState* port = *found;
    if (port != nullptr && (port->phase != Phase::kBuffering || port->peer.link != from)) {
      return broken_rule("UNEXPECTED_PORT_ACCEPTED");
    }
  }
  if (PortState* port = *found) {
    const auto keep = ports_.at(port->name);
    std::visit([&](auto& what) { handle(*port, what, from, outbox); }, event);
  } else {
    handle_late(to, std::move(event), outbox);
  }
  settle(outbox);
  return {};
}

/// Handles the events that ports of this node sent to each other, until there are none.
void Router::settle(Outbox& outbox) {
  while (!local_events_.empty()) {
    LocalEvent next = std::move(local_events_.front());
    local_events_.pop_front();
    const auto it = ports_.find(next.to);
    if (it == ports_.end()) {
      handle_late(next.to, std::move(next.event), outbox);
      continue;
    }
    const auto keep = it->second;
    std::visit([&](auto& what) { handle(*keep, what, kLocal, outbox); }, next.event);
  }
}

void Router::handle(PortState& port, const PortAccepted& event, LinkId /*from*/, Outbox& outbox) {
  if (port.phase != Phase::kBuffering) return;
  port.peer = event.port;
  port.phase = Phase::kProxying;
  const bool stayed = port.stays;
  for (PortEvent& held : std::exchange(port.held, {})) {
    // Only now it is known whom it sends to: a question may be about that one.
    if (auto* const observe = std::get_if<ObserveProxy>(&held)) {
      handle(port, std::move(*observe), kLocal, outbox);
    } else {
      pass_on(port, std::move(held), outbox);
    }
  }
  if (stayed) {
    reconsider(port, outbox);
  } else if (!port.remove_when_drained) {
    ask_to_be_observed(port, outbox);
  }
  forward_ready(port, outbox);
}

void Router::handle(PortState& port, ObserveProxy event, LinkId /*from*/, Outbox& outbox) {
  if (event.proxy == Address{kLocal, port.name}) {
    // Our own question came round and found nobody who could do without us.
    return stay(port, outbox);
  }
  if (event.proxy.link == kNowhere) return;
  if (event.target.link == kNowhere) {
    post(event.proxy, ObserveProxyAck{Verdict::kStays, 0}, outbox);
    return;
  }
  // By whichever link the question came: a name is made only once.
  if (port.peer.port == event.proxy.port) {
    if (port.peer.is_local()) {
      // Of a proxy of our own we know better where it sends than what came round, which can lead
      // there over another link.
      const PortState* const proxy = find(port.peer.port);
      if (proxy == nullptr || proxy->phase != Phase::kProxying) return;
      event.proxy = port.peer;
      event.target = proxy->peer;
    }
    if (!can_do_without(port, event)) {
      add_to(port.waiting_for_removal, port.peer);
      return;
    }
    if (needs_proof(event)) return ask_target(port, event, outbox);
    const uint64_t next = port.is_proxy() ? port.incoming.next_to_take() : port.next_to_send;
    const Address proxy = std::exchange(port.peer, event.target);
    if (event.target.is_local()) {
      set_sender(event.target, {kLocal, port.name}, next, outbox);
    } else if (!proxy.is_local()) {  // else the link stays the same for the target
      post(event.target, SenderChanged{{kLocal, port.name}, next}, outbox);
    }
    post(proxy, ObserveProxyAck{Verdict::kObserved, next - 1}, outbox);
    tell_changed(port, outbox);
    reconsider(port, outbox);
    return;
  }
  if (++event.num_hops > kMaxHops) {
    post(event.proxy, ObserveProxyAck{Verdict::kStays, 0}, outbox);
    return;
  }
  pass_on(port, event, outbox);
}

void Router::handle(PortState& port, const ObserveProxyAck& event, LinkId /*from*/,
                    Outbox& outbox) {
  if (port.phase != Phase::kProxying) return;
  if (port.remove_when_drained) {
    // It goes because its peer has closed. That one may have begun to send past it before its last
    // messages: then it does not wait for them.
    if (event.verdict == Verdict::kObserved && event.last_sequence < port.last_to_receive) {
      port.last_to_receive = event.last_sequence;
      remove_if_drained(port, outbox);
    }
    return;
  }
  if (event.verdict == Verdict::kChanged) {
    // One question at a time: a proxy that stays must not have one on its way, as others go by
    // that.
    if (port.stays) {
      port.asked_for = {};
      reconsider(port, outbox);
    } else {
      port.asks_once_more = true;
    }
    return;
  }
  const bool asks_again =
      std::exchange(port.asks_once_more, false) || event.verdict == Verdict::kAskAgain;
  if (event.verdict != Verdict::kObserved) {
    const bool may_go = asks_again && ++port.num_asked < kMaxQuestions &&
                        is_joinable(port.upstream.link, port.peer.link);
    return may_go ? ask_to_be_observed(port, outbox) : stay(port, outbox);
  }
  port.last_to_receive = event.last_sequence;
  port.remove_when_drained = true;
  remove_if_drained(port, outbox);
}

void Router::handle(PortState& port, PortClosed event, LinkId /*from*/, Outbox& outbox) {
  // Heard before; but less may come than was thought then.
  if (port.peer_closed && event.last_sequence >= port.last_to_receive) return;
  const bool is_news = !std::exchange(port.peer_closed, true);
  port.last_to_receive = event.last_sequence;
  // Where a link was lost some of what came after may be here already, with ends inside.
  std::vector<QueuedMessage> beyond;
  port.incoming.move_early_to(beyond, event.last_sequence);
  discard(beyond, outbox);
  if (port.phase == Phase::kReceiving) {
    signal(port, outbox);
    if (!is_news) return;
    // Farther round there can only be proxies for the other direction: tell them our last message.
    event.last_sequence = port.next_to_send - 1;
    pass_on(port, event, outbox);
    return;
  }
  port.remove_when_drained = true;
  pass_on(port, event, outbox);
  remove_if_drained(port, outbox);
}

void Router::handle(PortState& port, const SenderChanged& event, LinkId /*from*/, Outbox& outbox) {
  set_sender({kLocal, port.name}, event.sender, event.first_sequence, outbox);
}

void Router::handle(PortState& port, CreditGranted event, LinkId /*from*/, Outbox& outbox) {
  if (port.phase == Phase::kReceiving) {
    SendCredit& credit = port.send_credit;
    credit.limit.raise_to(bounded(event.limit, port.next_to_send - 1, credit.bytes_sent));
    credit.window = bounded(event.window);
    if (port.wants_credit && credit.is_ample(port.next_to_send)) {
      port.wants_credit = false;
      outbox.wake.push_back(port.listener);
    }
  } else if (++event.num_hops <= kMaxHops) {
    pass_on(port, event, outbox);
  }
}

/// Never comes here: what it answers is kept elsewhere (`on_probed`).
void Router::handle(PortState& /*port*/, const PortProbed& /*event*/, LinkId /*from*/,
                    Outbox& /*outbox*/) {}

/// If `port` is here.
void Router::set_sender(const Address& port, const Address& sender, uint64_t first_sequence,
                        Outbox& outbox) {
  if (!port.is_local()) return;
  PortState* const found = find(port.port);
  if (found == nullptr) return;
  // A route that it had before is a new one, too: the answer then was to another ring.
  if (found->upstream.link != sender.link) found->asked_for = {};
  found->set_sender(sender, first_sequence);
  reconsider(*found, outbox);
}

void Router::pass_on(PortState& port, PortEvent event, Outbox& outbox) {
  if (port.phase == Phase::kBuffering) {
    port.held.push_back(std::move(event));
    return;
  }
  const auto* observe = std::get_if<ObserveProxy>(&event);
  if (observe == nullptr || can_cross(*observe, port.peer.link)) {
    post(port.peer, std::move(event), outbox);
    return;
  }
  want_words(*observe, port.peer.link, outbox);
  add_to(port.stopped_here, observe->proxy);
  // The ring goes on behind a link where the question's addresses mean nothing. What it is looking
  // for can only be on our side of that link, and our side begins again at the partner.
  const PortName partner = port_instead_of(port.partner);
  if (partner.is_valid()) {
    post({kLocal, partner}, std::move(event), outbox);
  } else {
    post(observe->proxy, ObserveProxyAck{Verdict::kStays, 0}, outbox);
  }
}

/// `name` if there is such a port; else the one that takes what used to go to it, if that is here.
PortName Router::port_instead_of(PortName name) const {
  for (uint32_t num_hops = 0; num_hops < kMaxHops && !ports_.contains(name); ++num_hops) {
    const auto note = notes_.find(name);
    if (note == notes_.end() || !note->second.is_local()) return {};
    name = note->second.port;
  }
  return name;
}

}  // namespace ferrule::node
