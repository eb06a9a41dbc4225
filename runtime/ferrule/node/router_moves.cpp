// SPDX-License-Identifier: Apache-2.0
// How ends move to other nodes, and pipes are joined and closed.
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/node/router.h"
#include "ferrule/node/router_rules.h"

namespace ferrule::node {
namespace {

using Phase = PortState::Phase;

}  // namespace

/// The two ports of this node that one pipe runs through, one for each direction.
void Router::make_partners(PortState& a, PortState& b) {
  a.partner = b.name;
  b.partner = a.name;
}

Rights* Router::rights(LinkId link) {
  const auto it = links_.find(link);
  return it == links_.end() ? nullptr : &it->second.rights;
}

const Rights* Router::rights(LinkId link) const {
  const auto it = links_.find(link);
  return it == links_.end() ? nullptr : &it->second.rights;
}

/// The link that what is sent here leaves over, behind whatever proxies are in this node. Proxies
/// of this node are few, and never make a circle; still they are counted.
LinkId Router::next_link(const PortState& port) const {
  constexpr int kMostProxies = 64;
  Address to = port.peer;
  for (int i = 0; i < kMostProxies && to.is_local(); ++i) {
    const PortState* const next = find(to.port);
    if (next == nullptr || !next->is_proxy()) break;
    to = next->peer;
  }
  return to.link;
}

/// Whether the node behind `to` may have this end. This node itself may have all that comes here.
Result<void> Router::check_restriction(const PortState& port, LinkId to) const {
  if (!port.restriction || to == kLocal) return {};
  const Rights* const granted = rights(to);
  const Restriction& wanted = *port.restriction;
  if (granted == nullptr || granted->allow(wanted.enumeration, wanted.value)) return {};
  return Error(Errc::kAccessDenied, wanted.to_text());
}

/// In the place of an end that may not leave: one whose other side is gone already.
std::shared_ptr<PortState> Router::make_dead_end(PortState& refused, Outbox& outbox) {
  const Address peer = refused.peer;
  const uint64_t last = refused.next_to_send - 1;
  const bool was_open = refused.phase == Phase::kReceiving;
  erase(refused, outbox);
  if (was_open) post(peer, PortClosed{last}, outbox);
  auto dead = make_port(PortState::kFirstSequence);
  dead->peer = {kLocal, namer_.make()};  // leads nowhere
  dead->peer_closed = true;
  dead->last_to_receive = PortState::kFirstSequence - 1;
  return dead;
}

/// Makes `port` a proxy for a new port at the other side of `link`.
MovedEnd Router::move_end(PortState& port, LinkId link, Outbox& outbox) {
  FERRULE_CHECK(port.phase == Phase::kReceiving);
  MovedEnd end;
  end.origin = port.name;
  end.peer = port.peer;
  end.next_to_send = port.next_to_send;
  end.next_to_receive = port.incoming.next_to_take();
  end.peer_closed = port.peer_closed;
  end.last_to_receive = port.peer_closed ? port.last_to_receive : 0;
  end.send_credit = port.send_credit;
  end.receive_credit = port.receive_credit;
  end.restriction = port.restriction;

  std::shared_ptr<PortState> ask_later;
  if (port.peer.is_local()) {
    if (PortState* peer = find(port.peer.port)) {
      peer->give_to(link);
      peer->upstream = {link, {}};
      make_partners(port, *peer);
    }
  } else if (port.peer_closed) {
    // Nobody is left to send to: a name that leads nowhere will do.
    end.peer = {kLocal, namer_.make()};
  } else if (port.peer.link != link) {
    // The other end lives behind another link. What the moved end will send comes back here first,
    // to a second proxy that carries on with the same numbers.
    const auto way_back = make_port(port.next_to_send);
    way_back->phase = Phase::kProxying;
    way_back->peer = port.peer;
    way_back->upstream = {link, {}};
    way_back->give_to(link);
    make_partners(port, *way_back);
    end.peer = {kLocal, way_back->name};
    port.stays = way_back->stays = !is_joinable(port.peer.link, link);
    if (port.stays) {
      want_introduction(port.peer.link, link, outbox);
    } else {
      ask_later = way_back;
    }
  }
  port.give_to(link);
  port.phase = Phase::kBuffering;
  port.peer = {link, {}};
  port.held_in = {};
  port.listener.reset();
  port.signalled = false;
  port.remove_when_drained = port.peer_closed;
  if (ask_later) ask_to_be_observed(*ask_later, outbox);
  return end;
}

std::shared_ptr<PortState> Router::accept_end(LinkId from, const MovedEnd& end, Outbox& outbox) {
  auto port = make_port(end.next_to_receive);
  port->next_to_send = end.next_to_send;
  port->peer = end.peer;
  port->peer_closed = end.peer_closed;
  if (end.peer_closed) port->last_to_receive = end.last_to_receive;
  port->send_credit = end.send_credit;
  port->send_credit.limit =
      bounded(end.send_credit.limit, end.next_to_send - 1, end.send_credit.bytes_sent);
  port->send_credit.window = bounded(end.send_credit.window);
  port->receive_credit = end.receive_credit;
  port->restriction = end.restriction;
  port->last_source = port->brought_by = from;
  add_held(from, {.num_ports = 1});
  port->upstream = {from, end.origin};
  port->give_to(from);
  set_sender(end.peer, {kLocal, port->name}, end.next_to_send, outbox);
  post({from, end.origin}, PortAccepted{{kLocal, port->name}}, outbox);
  return port;
}

Result<std::shared_ptr<PortState>> Router::on_attachment(LinkId from, const MovedEnd& end,
                                                         Outbox& outbox) {
  if (auto checked = check_holdings(from, 1, outbox); !checked) return std::move(checked).error();
  if (auto checked = check_moved_end(from, end); !checked) return std::move(checked).error();
  auto port = accept_end(from, end, outbox);
  settle(outbox);
  return port;
}

Result<void> Router::attach(LinkId link, std::string name, PortState& port, Outbox& outbox) {
  const auto it = links_.find(link);
  if (it == links_.end()) {
    close(port, outbox);
    return {};
  }
  if (auto allowed = check_restriction(port, link); !allowed) {
    close(port, outbox);
    return allowed;
  }
  outbox.departures.push_back(
      {it->second.departures, DepartingAttachment{std::move(name), move_end(port, link, outbox)}});
  return {};
}

void Router::close(PortState& port, Outbox& outbox) {
  if (port.phase != Phase::kReceiving) return;
  const Address peer = port.peer;
  const uint64_t last = port.next_to_send - 1;
  erase(port, outbox);
  post(peer, PortClosed{last}, outbox);
  settle(outbox);
}

Result<void> Router::fuse(PortState& a, PortState& b, Outbox& outbox) {
  const auto is_fresh = [](const PortState& port) {
    return port.phase == Phase::kReceiving && port.next_to_send == PortState::kFirstSequence &&
           port.incoming.next_to_take() == PortState::kFirstSequence;
  };
  FERRULE_CHECK(is_fresh(a) && is_fresh(b));
  // What one end promised to the writers behind it the other end's reader has to hold.
  if (a.receive_credit.granted != b.send_credit.limit ||
      b.receive_credit.granted != a.send_credit.limit) {
    return Error(Errc::kInvalidArgument, "pipes whose windows were changed cannot be fused");
  }
  if (a.peer == Address{kLocal, b.name}) {  // the two ends of one pipe: nobody is left to talk
    close(a, outbox);
    close(b, outbox);
    return {};
  }
  const auto hold = std::make_pair(ports_.at(a.name), ports_.at(b.name));
  const auto become_proxy = [](PortState& port, const Address& to) {
    port.peer = to;
    port.phase = Phase::kProxying;
    port.listener.reset();
    port.remove_when_drained = port.peer_closed;
  };
  const Address peer_of_a = a.peer;
  make_partners(a, b);
  become_proxy(a, b.peer);
  become_proxy(b, peer_of_a);
  set_sender(a.peer, {kLocal, a.name}, PortState::kFirstSequence, outbox);
  set_sender(b.peer, {kLocal, b.name}, PortState::kFirstSequence, outbox);
  for (PortState* port : {&a, &b}) {
    if (port->peer_closed) {
      post(port->peer, PortClosed{port->last_to_receive}, outbox);
    } else {
      ask_to_be_observed(*port, outbox);
    }
  }
  forward_ready(a, outbox);
  forward_ready(b, outbox);
  settle(outbox);
  return {};
}

}  // namespace ferrule::node
