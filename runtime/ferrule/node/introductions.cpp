// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/introductions.h"

namespace ferrule::node {

void Introductions::join(LinkId a, LinkId b, const PortName& key) {
  keys_.insert_or_assign(ordered(a, b), key);
  other_sides_.insert_or_assign({a, key}, b);
  other_sides_.insert_or_assign({b, key}, a);
}

void Introductions::join_introduced(LinkId by, LinkId link, const PortName& key) {
  join(by, link, key);
  opened_.insert_or_assign({by, key}, link);
}

void Introductions::join_self(LinkId a, LinkId b, const PortName& key) {
  selves_.insert({a, key});
  selves_.insert({b, key});
  share_names_.insert(ordered(a, b));
}

bool Introductions::share_names(LinkId a, LinkId b) const {
  return key_of(a, b).is_valid() || share_names_.contains(ordered(a, b));
}

std::optional<std::pair<LinkId, LinkId>> Introductions::find_twin(LinkId link,
                                                                  const PortName& key) const {
  for (const auto& [side, opened] : opened_) {
    if (side.second == key && side.first != link) return std::pair(side.first, opened);
  }
  return std::nullopt;
}

std::vector<LinkId> Introductions::forget(LinkId link) {
  std::set<LinkId> others;
  const auto add_other = [&](const Sides& sides) {
    if (sides.first == link) others.insert(sides.second);
    if (sides.second == link) others.insert(sides.first);
  };
  for (const auto& [sides, key] : keys_) {
    if (key.is_valid()) add_other(sides);
  }
  for (const Sides& sides : share_names_) add_other(sides);
  for (const LinkId a : others) {
    for (const LinkId b : others) {
      if (a < b) share_names_.insert({a, b});
    }
  }

  const auto has_link = [link](const Sides& sides) {
    return sides.first == link || sides.second == link;
  };
  std::erase_if(keys_, [&](const auto& entry) { return has_link(entry.first); });
  std::erase_if(other_sides_, [&](const auto& entry) {
    return entry.first.first == link || entry.second == link;
  });
  std::erase_if(opened_, [&](const auto& entry) {
    return entry.first.first == link || entry.second == link;
  });
  std::erase_if(selves_, [&](const auto& entry) { return entry.first == link; });
  std::erase_if(share_names_, has_link);
  std::erase_if(offers_, [&](const auto& entry) { return has_link(entry.second.sides); });
  return {others.begin(), others.end()};
}

PortName Introductions::key_of(LinkId a, LinkId b) const {
  const auto it = keys_.find(ordered(a, b));
  return it == keys_.end() ? PortName() : it->second;
}

LinkId Introductions::other_side(LinkId side, const PortName& key) const {
  const auto it = other_sides_.find({side, key});
  return it == other_sides_.end() ? kLocal : it->second;
}

bool Introductions::is_known(LinkId link, const PortName& key) const {
  return other_sides_.contains({link, key}) || is_self(link, key) || offers_.contains(key);
}

bool Introductions::begin(LinkId a, LinkId b) { return keys_.try_emplace(ordered(a, b)).second; }

void Introductions::offer(LinkId a, LinkId b, const PortName& key) {
  offers_.emplace(key, Offer{ordered(a, b), kLocal});
}

std::optional<std::pair<LinkId, LinkId>> Introductions::on_answer(LinkId from, const PortName& key,
                                                                  bool is_accepted) {
  const auto it = offers_.find(key);
  if (it == offers_.end()) return std::nullopt;
  Offer& offer = it->second;
  const bool is_side = from == offer.sides.first || from == offer.sides.second;
  if (!is_side || offer.answered_by == from) return std::nullopt;
  if (is_accepted && offer.answered_by == kLocal) {
    offer.answered_by = from;
    return std::nullopt;
  }
  const Sides sides = offer.sides;
  offers_.erase(it);
  if (!is_accepted) return std::nullopt;
  join(sides.first, sides.second, key);
  return sides;
}

}  // namespace ferrule::node
