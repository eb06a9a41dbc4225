// SPDX-License-Identifier: Apache-2.0
// What peers make this node keep, and what happens if it is too much.
#include <algorithm>
#include <utility>

#include "ferrule/node/router.h"
#include "ferrule/node/router_rules.h"

namespace ferrule::node {
namespace {

using Phase = PortState::Phase;

Holdings unread_of(const QueuedMessage& message) noexcept {
  return {.num_unread_bytes = message.charge + kUnreadMessageCharge,
          .num_unread_descriptors = count_descriptors(message.message)};
}

}  // namespace

/// Something that came by a link is kept; counted for the link while that is there, and for all
/// together.
void Router::add_held(LinkId source, const Holdings& more) {
  if (source == kLocal) return;
  held_ += more;
  if (const auto link = links_.find(source); link != links_.end()) link->second.held += more;
}

void Router::remove_held(LinkId source, const Holdings& less) {
  if (source == kLocal) return;
  held_ -= less;
  if (const auto link = links_.find(source); link != links_.end()) link->second.held -= less;
}

void Router::enter_queue(const QueuedMessage& message) {
  add_held(message.source, unread_of(message));
}

void Router::leave_queue(const QueuedMessage& message) {
  remove_held(message.source, unread_of(message));
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
