// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "ferrule/wire/message.h"

namespace ferrule::node {

/// What peers make a node keep: one of them, or all together. Also the most that they may.
struct Holdings {
  uint64_t num_ports = 0;  ///< ends that came from a peer
  /// Of messages that came and were not taken yet.
  uint64_t num_unread_bytes = 0;
  uint64_t num_unread_descriptors = 0;

  Holdings& operator+=(const Holdings& other) noexcept {
    num_ports += other.num_ports;
    num_unread_bytes += other.num_unread_bytes;
    num_unread_descriptors += other.num_unread_descriptors;
    return *this;
  }
  Holdings& operator-=(const Holdings& other) noexcept {
    num_ports -= other.num_ports;
    num_unread_bytes -= other.num_unread_bytes;
    num_unread_descriptors -= other.num_unread_descriptors;
    return *this;
  }
};

/// A kind of holding, and the rule that bounds it.
struct HoldingKind {
  const char* rule;
  uint64_t Holdings::*amount;
};

inline constexpr HoldingKind kPortHolding{"TOO_MANY_PORTS", &Holdings::num_ports};
inline constexpr std::array kUnreadHoldings{
    HoldingKind{"TOO_MANY_UNREAD_BYTES", &Holdings::num_unread_bytes},
    HoldingKind{"TOO_MANY_UNREAD_DESCRIPTORS", &Holdings::num_unread_descriptors}};

/// The kind of which there is too much already, or with `num_more_ports` more; null if none. Unread
/// messages are looked at before the next one comes: one may go beyond.
inline const HoldingKind* exceeded(const Holdings& held, uint64_t num_more_ports,
                                   const Holdings& limits) noexcept {
  if (held.num_ports + num_more_ports > limits.num_ports) return &kPortHolding;
  for (const HoldingKind& kind : kUnreadHoldings) {
    if (held.*kind.amount > limits.*kind.amount) return &kind;
  }
  return nullptr;
}

inline uint64_t count_descriptors(const wire::Message& message) noexcept {
  uint64_t count = 0;
  for (const wire::Handle& handle : message.handles()) count += handle.num_descriptors();
  return count;
}

}  // namespace ferrule::node
