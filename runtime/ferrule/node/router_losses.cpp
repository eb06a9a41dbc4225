// SPDX-License-Identifier: Apache-2.0
// What a lost link does to pipes.
#include <algorithm>
#include <unordered_set>
#include <vector>

#include "ferrule/node/router.h"

namespace ferrule::node {
namespace {

using Phase = PortState::Phase;

}  // namespace

/// A lost link cuts rings. The port behind a cut has lost who sends to it: that is as if the peer
/// had closed after what arrived, and the word of it goes on round the rest of the ring. The port
/// before a cut has nowhere to send to. Between them every port of the ring is told.
void Router::on_link_lost(LinkId link, Outbox& outbox) {
  const auto lost = links_.extract(link);
  if (lost && lost.mapped().is_greedy) {
    discard_unread([link](LinkId source) { return source == link; }, outbox);
  }
  // Whoever has heard a name from the node that is gone may speak to it still.
  const std::vector<LinkId> heirs = introductions_.forget(link);
  for (const auto& [name, port] : ports_) {
    if (heirs.empty() || !port->was_given_to(link)) continue;
    for (const LinkId heir : heirs) port->give_to(heir);
  }
  lose_probes(link, outbox);
  if (const auto ages = note_ages_.extract(link)) {
    for (const PortName& name : ages.mapped()) notes_.erase(name);
  }
  std::unordered_set<PortName> lost_proxies;
  const auto is_gone = [&](const Address& address) {
    return address.link == link || (address.is_local() && lost_proxies.contains(address.port));
  };
  std::vector<std::shared_ptr<PortState>> ports;
  ports.reserve(ports_.size());
  for (const auto& [name, port] : ports_) ports.push_back(port);
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& port : ports) {
      if (port->phase == Phase::kClosed) continue;
      const bool is_missing_some =
          !port->peer_closed || port->last_to_receive >= port->incoming.next_to_arrive();
      if (is_missing_some &&
          (is_gone(port->upstream) || port->expects_from(link) || port->awaits(link))) {
        lose_sender(*port, outbox);
        changed = true;
      }
      if (port->phase == Phase::kClosed || !is_gone(port->peer)) continue;
      if (port->phase == Phase::kReceiving) {
        if (!port->peer_closed) lose_sender(*port, outbox);
      } else {
        lost_proxies.insert(port->name);
        erase(*port, outbox);
        changed = true;
      }
    }
  }
  settle(outbox);
}

/// What arrived in order can be read, the rest is lost.
void Router::lose_sender(PortState& port, Outbox& outbox) {
  std::vector<QueuedMessage> early;
  port.incoming.move_early_to(early);
  discard(early, outbox);
  handle(port, PortClosed{port.incoming.next_to_arrive() - 1}, kLocal, outbox);
}

}  // namespace ferrule::node
