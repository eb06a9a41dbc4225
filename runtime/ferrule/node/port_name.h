// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ferrule/base/name128.h"
#include "ferrule/base/strong_id.h"

namespace ferrule::node {

/// The name of one port of one node, which is also the right to send to it.
using PortName = Name128<struct PortNameTag>;

/// A connection of this node to another one. Numbers are never used twice.
using LinkId = StrongId<struct LinkIdTag, uint64_t>;

/// Stands where no link is needed: both sides are in this node.
inline constexpr LinkId kLocal{0};

/// Stands for a link that there is not.
inline constexpr LinkId kNowhere{~uint64_t{0}};

/// Where a port lives, as this node sees it: here, or at the other side of a link. There are no
/// global addresses: a peer can speak of its own ports, of ours, and of those of a node that it or
/// we were introduced to (`Introductions`).
struct Address {
  LinkId link = kLocal;
  PortName port;

  bool is_local() const noexcept { return link == kLocal; }
  friend bool operator==(const Address&, const Address&) noexcept = default;
};

/// Makes the names of a node's ports and recognises them later, even after the port is gone.
///
/// A name is a random word and a keyed hash of it. Both are unguessable, and an event for a port
/// that we do not have can be told apart: a name of ours means the port has closed meanwhile, which
/// is ordinary; any other name is a forgery.
class PortNamer {
 public:
  PortNamer();

  PortName make() const;
  bool made(const PortName& name) const noexcept;

 private:
  Random128 key_;
};

}  // namespace ferrule::node
