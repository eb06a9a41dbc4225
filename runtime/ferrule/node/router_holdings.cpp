// SPDX-License-Identifier: Apache-2.0
// What peers make this node keep, and what happens if it is too much.
#include <algorithm>
#include <utility>

#include "ferrule/node/router.h"
#include "ferrule/node/router_rules.h"

namespace ferrule::node {
namespace {

using Phase = PortState::Phase;

}  // namespace

void Router::enter_queue(const QueuedMessage& message) {
  if (message.source == kLocal) return;
  const uint64_t num_bytes = message.charge + kUnreadMessageCharge;
  const uint64_t num_descriptors = count_descriptors(message.message);
  held_.add_unread(num_bytes, num_descriptors);
  const auto link = links_.find(message.source);
  if (link != links_.end()) link->second.held.add_unread(num_bytes, num_descriptors);
}

void Router::leave_queue(const QueuedMessage& message) {
  if (message.source == kLocal) return;
  const uint64_t num_bytes = message.charge + kUnreadMessageCharge;
  const uint64_t num_descriptors = count_descriptors(message.message);
  held_.remove_unread(num_bytes, num_descriptors);
  const auto link = links_.find(message.source);
  if (link != links_.end()) link->second.held.remove_unread(num_bytes, num_descriptors);
}

/// Whether the node behind `from` may bring something more, and `num_more_ports` ends in it.
Result<void> Router::check_holdings(LinkId from, uint64_t num_more_ports, Outbox& outbox) {
  LinkState& link = links_.at(from);
  if (const HoldingKind* kind = exceeded(link.held, num_more_ports, kMaxHoldingsPerLink)) {
    link.is_greedy = true;
    return broken_rule(kind->rule);
  }
  if (const HoldingKind* kind = exceeded(held_, num_more_ports, max_holdings_)) {
    return drop_greediest(from, *kind, outbox);
  }
  return {};
}

/// All peers together hold too much: whoever holds most has to go, which need not be the one who
/// brings something now. Those who have gone already and left things unread count as one.
Result<void> Router::drop_greediest(LinkId from, const HoldingKind& kind, Outbox& outbox) {
  const auto amount = kind.amount;
  uint64_t left_behind = held_.*amount;
  auto greediest = links_.find(from);
  for (auto it = links_.begin(); it != links_.end(); ++it) {
    left_behind -= it->second.held.*amount;
    if (it->second.held.*amount > greediest->second.held.*amount) greediest = it;
  }
  if (left_behind > greediest->second.held.*amount && amount != kPortHolding.amount) {
    discard_unread([this](LinkId source) { return source != kLocal && !links_.contains(source); },
                   outbox);
    return {};
  }
  const bool was_greedy = std::exchange(greediest->second.is_greedy, true);
  if (greediest->first == from) return broken_rule(kind.rule);
  if (!was_greedy) outbox.dropped.emplace_back(greediest->first, broken_rule(kind.rule));
  return {};
}

/// Drops what waits and came by such links, and what would be read after it: the pipes end there.
void Router::discard_unread(const std::function<bool(LinkId source)>& is_source, Outbox& outbox) {
  std::vector<std::pair<std::shared_ptr<PortState>, uint64_t>> concerned;
  for (const auto& [name, port] : ports_) {
    if (const uint64_t first = port->incoming.find_from(is_source)) {
      concerned.emplace_back(port, first);
    }
  }
  for (const auto& [port, first] : concerned) {
    if (port->phase == Phase::kClosed) continue;
    std::vector<QueuedMessage> unread;
    port->incoming.move_after_to(first - 1, unread);
    discard(unread, outbox);
    handle(*port, PortClosed{first - 1}, kLocal, outbox);
  }
}

}  // namespace ferrule::node
