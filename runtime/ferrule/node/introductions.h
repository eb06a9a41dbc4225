// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ferrule/node/port_name.h"

namespace ferrule::node {

/// Who of this node's neighbours can speak to whom directly, as far as this node needs to know.
///
/// Three nodes that are linked with each other, because the one introduced the other two, form a
/// *triangle*, and know it by the same key. Each of them knows two sides of it as links of its own;
/// of the third it needs no more than that it is there. So "port P at the other side of my link b"
/// can be said over link a: as "port P, in triangle K".
class Introductions {
 public:
  /// The nodes behind the links `a` and `b` are linked with each other.
  void join(LinkId a, LinkId b, const PortName& key);
  /// The same, where the node behind `by` introduced us to the one behind the new `link`.
  void join_introduced(LinkId by, LinkId link, const PortName& key);
  /// The links `a` and `b` lead to one node, which did not know that we are one and introduced us
  /// to ourselves.
  void join_self(LinkId a, LinkId b, const PortName& key);
  /// Forgets what there was of a link that is gone. Returns the links whose nodes were told what
  /// the node behind this one was told, as far as it said so; they go on to share names.
  std::vector<LinkId> forget(LinkId link);

  /// The key of a triangle with these sides; not valid if there is none.
  PortName key_of(LinkId a, LinkId b) const;
  /// The other side that is ours of the triangle `key`; `kLocal` if there is none.
  LinkId other_side(LinkId side, const PortName& key) const;
  bool is_self(LinkId link, const PortName& key) const { return selves_.contains({link, key}); }
  /// Whether the nodes behind `a` and `b` tell each other what we tell them: they are linked, or
  /// one.
  bool share_names(LinkId a, LinkId b) const;

  /// Whether this key was said over `link` before, or is one of ours.
  bool is_known(LinkId link, const PortName& key) const;
  /// The links of an introduction under this key that came over another link than `link`: then we
  /// are introduced to ourselves. The one that it came over, and the one that was opened for it.
  std::optional<std::pair<LinkId, LinkId>> find_twin(LinkId link, const PortName& key) const;

  // What the one in the middle does.

  /// Whether to introduce the nodes behind `a` and `b`: true the first time.
  bool begin(LinkId a, LinkId b);
  /// They are offered a connection of their own, under `key`.
  void offer(LinkId a, LinkId b, const PortName& key);
  /// The node behind `from` said whether it took the offer. The two sides when both did: then they
  /// are joined.
  std::optional<std::pair<LinkId, LinkId>> on_answer(LinkId from, const PortName& key,
                                                     bool is_accepted);

 private:
  using Sides = std::pair<LinkId, LinkId>;  // the lower one first

  struct Offer {
    Sides sides;
    LinkId answered_by = kLocal;
  };

  static Sides ordered(LinkId a, LinkId b) { return a < b ? Sides(a, b) : Sides(b, a); }

  std::map<Sides, PortName> keys_;  // not valid while an introduction is under way, or was refused
  // The same from the other side. A node that was introduced to itself, because it has two links to
  // the one in the middle, has two triangles of one key.
  std::map<std::pair<LinkId, PortName>, LinkId> other_sides_;
  std::unordered_map<PortName, Offer> offers_;
  std::map<std::pair<LinkId, PortName>, LinkId> opened_;  // by the introducer's link and the key
  std::set<std::pair<LinkId, PortName>> selves_;
  std::set<Sides> share_names_;  // beside those that have a key
};

}  // namespace ferrule::node
