// SPDX-License-Identifier: Apache-2.0
//
// How two nodes that know each other only through this one come to speak directly, and how a port
// is told of a target at a node that the teller does not speak for.
//
// A target that somebody else names is not believed: what it names may not exist, and then the
// honest node that is asked for it would take us for a liar. So it is asked first, with
// `PortProbe`.
#include <algorithm>
#include <utility>

#include "ferrule/node/router.h"
#include "ferrule/node/router_rules.h"

namespace ferrule::node {
namespace {

using Phase = PortState::Phase;
using Verdict = ObserveProxyAck::Verdict;

}  // namespace

/// Whether a node behind `from` can speak to one behind `to` without this one.
bool Router::is_joinable(LinkId from, LinkId to) const {
  return from == kLocal || to == kLocal || from == to || introductions_.key_of(from, to).is_valid();
}

// ---- in the middle ------------------------------------------------------------------------------

void Router::want_introduction(LinkId a, LinkId b, Outbox& outbox) {
  const auto left = links_.find(a);
  const auto right = links_.find(b);
  if (left == links_.end() || right == links_.end()) return;
  if (left->second.num_introductions >= kMaxIntroductionsPerLink ||
      right->second.num_introductions >= kMaxIntroductionsPerLink) {
    return;
  }
  if (!introductions_.begin(a, b)) return;
  ++left->second.num_introductions;
  ++right->second.num_introductions;
  outbox.introductions.emplace_back(a, b);
}

std::optional<Introduction> Router::offer_introduction(LinkId a, LinkId b) {
  const auto left = links_.find(a);
  const auto right = links_.find(b);
  if (left == links_.end() || right == links_.end()) return std::nullopt;
  const PortName key = namer_.make();
  introductions_.offer(a, b, key);
  return Introduction{key, left->second.distance + right->second.distance + 1};
}

Result<void> Router::on_introduction_answer(LinkId from, const IntroductionAnswer& answer,
                                            Outbox& outbox) {
  if (!namer_.made(answer.key)) return broken_rule("UNKNOWN_INTRODUCTION");
  if (const auto sides = introductions_.on_answer(from, answer.key, answer.is_accepted)) {
    on_joined(*sides, outbox);
  }
  return {};
}

/// Proxies between two links that had to stay may go now, and questions can cross that could not.
void Router::on_joined(const std::pair<LinkId, LinkId>& sides, Outbox& outbox) {
  const auto lies_between = [&sides](const PortState& port) {
    const std::pair route(port.upstream.link, port.peer.link);
    return port.stays && (route == sides || route == std::pair(sides.second, sides.first));
  };
  std::vector<std::shared_ptr<PortState>> concerned;
  for (const auto& [name, port] : ports_) {
    if (lies_between(*port) || !port->stopped_here.empty()) concerned.push_back(port);
  }
  // In an order that does not depend on names, which are random.
  std::sort(concerned.begin(), concerned.end(),
            [](const auto& a, const auto& b) { return a->number < b->number; });
  for (const auto& port : concerned) {
    if (lies_between(*port)) {
      port->asked_for = {};
      reconsider(*port, outbox);
    }
    tell_changed(*port, outbox);
  }
  settle(outbox);
}

/// Lets a proxy that had to stay ask again if something has changed since it asked.
void Router::reconsider(PortState& proxy, Outbox& outbox) {
  if (proxy.phase != Phase::kProxying || !proxy.stays || proxy.remove_when_drained) return;
  if (!is_joinable(proxy.upstream.link, proxy.peer.link)) {
    return want_introduction(proxy.upstream.link, proxy.peer.link, outbox);
  }
  if (proxy.asked_for == PortState::Route{proxy.upstream.link, proxy.peer}) return;
  proxy.stays = false;
  proxy.num_asked = 0;
  ask_to_be_observed(proxy, outbox);
}

/// The proxy cannot go, for now.
void Router::stay(PortState& proxy, Outbox& outbox) {
  proxy.stays = true;
  answer_waiting(proxy, outbox);
  reconsider(proxy, outbox);
}

// ---- introduced ---------------------------------------------------------------------------------

Result<void> Router::check_introduction(LinkId from, const PortName& key) const {
  if (!key.is_valid() || introductions_.is_known(from, key))
    return broken_rule("INTRODUCTION_REPEATED");
  if (links_.at(from).num_introduced >= kMaxIntroductionsPerLink) {
    return broken_rule("TOO_MANY_INTRODUCTIONS");
  }
  return {};
}

/// Links to nodes that are known through several others are few. Else nodes of which some may not
/// meet would give each other ever more links, none of which is the one that is missing.
bool Router::wants_link(const Introduction& introduction) const {
  if (introduction.distance <= 1) return true;
  const auto num_far = std::count_if(links_.begin(), links_.end(),
                                     [](const auto& link) { return link.second.distance > 1; });
  return introduction.distance <= kMaxDistance && num_far < ptrdiff_t{kMaxFarLinks};
}

void Router::on_introduced(LinkId by, LinkId link, const Introduction& introduction,
                           Outbox& outbox) {
  const auto introducer = links_.find(by);
  if (introducer == links_.end() || !links_.contains(link)) return;
  ++introducer->second.num_introduced;
  links_.at(link).distance = introduction.distance;
  introductions_.join_introduced(by, link, introduction.key);
  on_joined({by, link}, outbox);
}

/// Whether the introduction is one to ourselves, by a node that we have two links with. Then what
/// was opened for its other half can be closed.
std::optional<LinkId> Router::on_introduced_to_self(LinkId by, const PortName& key) {
  const auto twin = introductions_.find_twin(by, key);
  if (!twin) return std::nullopt;
  introductions_.join_self(by, twin->first, key);
  return twin->second;
}

// ---- addresses at third nodes -------------------------------------------------------------------

/// Whether a link has a word for `address`.
bool Router::can_name(const Address& address, LinkId link) const {
  return address.is_local() || address.link == link ||
         introductions_.key_of(address.link, link).is_valid();
}

bool Router::can_cross(const ObserveProxy& event, LinkId link) const {
  return link == kLocal || (can_name(event.proxy, link) && can_name(event.target, link));
}

/// Sees to it that this question can cross `link` one day.
void Router::want_words(const ObserveProxy& event, LinkId link, Outbox& outbox) {
  for (const Address& address : {event.proxy, event.target}) {
    if (!can_name(address, link)) want_introduction(address.link, link, outbox);
  }
}

/// What `address`, which the link has a word for, is called on it.
PortName Router::key_for(const Address& address, LinkId link) {
  if (address.is_local()) {
    if (PortState* port = find(address.port)) port->give_to(link);
    return {};
  }
  return address.link == link ? PortName() : introductions_.key_of(address.link, link);
}

/// The reverse for an address that came over `from`; it is nowhere if we do not know it.
void Router::resolve(LinkId from, const PortName& key, Address& address) const {
  if (!key.is_valid()) return;
  if (introductions_.is_self(from, key)) {
    address.link = kLocal;
    return;
  }
  const LinkId link = introductions_.other_side(from, key);
  address.link = link == kLocal ? kNowhere : link;
}

/// Whether `port` sends to the proxy that asks, and can say what will be the last message. A proxy
/// whose own question is out cannot: another port may be sending past it by now.
bool Router::can_do_without(const PortState& port, const ObserveProxy& event) {
  return port.peer.port == event.proxy.port && (!port.is_proxy() || port.stays);
}

/// Whether the target has to be asked before anything is sent there: it is at another node than the
/// one that named it.
bool Router::needs_proof(const ObserveProxy& event) {
  return !event.target.is_local() && !event.proxy.is_local() &&
         event.target.link != event.proxy.link && !event.is_proven;
}

void Router::ask_target(PortState& port, const ObserveProxy& event, Outbox& outbox) {
  // A port whose peer is gone, or whose ring is cut, has said so already, to whom it sent until
  // now: somebody new would wait for that for ever.
  if (port.peer_closed || !links_.contains(event.target.link)) {
    post(event.proxy, ObserveProxyAck{Verdict::kStays, 0}, outbox);
    return;
  }
  if (probes_.contains(port.name)) {
    add_to(port.waiting_for_removal, event.proxy);
    return;
  }
  port.give_to(event.target.link);
  probes_.emplace(port.name, Probe{event.target.link, event});
  ask_or_withdraw(event.target, port.name, false, outbox);
}

void Router::ask_or_withdraw(const Address& target, const PortName& port, bool withdraws,
                             Outbox& outbox) {
  const auto link = links_.find(target.link);
  if (link == links_.end()) return;
  outbox.departures.push_back({link->second.departures, PortProbe{target.port, port, withdraws}});
}

void Router::on_probe(LinkId from, const PortProbe& probe, Outbox& outbox) {
  PortState* const port = find(probe.to);
  const bool is_known = port != nullptr && may_speak(from, *port);
  if (is_known) std::erase(port->awaited_from, from);
  if (probe.withdraws) return;
  if (is_known) port->awaited_from.push_back(from);
  post({from, probe.from}, PortProbed{is_known}, outbox);
}

void Router::on_probed(LinkId from, const PortName& to, const PortProbed& answer, Outbox& outbox) {
  const auto it = probes_.find(to);
  if (it == probes_.end() || it->second.link != from) return;
  ObserveProxy event = std::move(it->second.event);
  probes_.erase(it);
  const auto found = ports_.find(to);
  const std::shared_ptr<PortState> port = found == ports_.end() ? nullptr : found->second;
  const bool is_wanted = port != nullptr && !port->peer_closed && can_do_without(*port, event);
  if (!answer.is_known) {
    post(event.proxy, ObserveProxyAck{Verdict::kStays, 0}, outbox);
  } else if (is_wanted) {
    event.is_proven = true;
    handle(*port, event, kLocal, outbox);
  } else {
    // The pipe's ring has changed meanwhile.
    ask_or_withdraw(event.target, to, true, outbox);
    local_events_.push_back({to, event});
  }
  if (port != nullptr) answer_waiting(*port, outbox);
  settle(outbox);
}

/// Targets behind a lost link will not answer.
void Router::lose_probes(LinkId link, Outbox& outbox) {
  std::vector<Probe> lost;
  for (auto it = probes_.begin(); it != probes_.end();) {
    if (it->second.link != link) {
      ++it;
      continue;
    }
    lost.push_back(std::move(it->second));
    it = probes_.erase(it);
  }
  for (const Probe& probe : lost) {
    post(probe.event.proxy, ObserveProxyAck{Verdict::kStays, 0}, outbox);
  }
}

}  // namespace ferrule::node
