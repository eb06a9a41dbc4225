// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "ferrule/wire/message.h"
#include "ferrule/wire/pipe_end.h"

namespace ferrule::node {

/// Flow control. The receiving end of a pipe grants *credit*, the sending end uses it up, and
/// nobody else looks at it: it is counted in messages and bytes since the pipe was made, so it may
/// be told late, twice or in another order, and goes on counting when an end moves.

/// What a new pipe may hold unread, in each direction. The same in every node of a network: ends
/// that were not used yet can be fused, wherever they come from.
inline constexpr wire::Window kInitialWindow;

/// The most that any end may be made to hold: stops a peer that says of the end it sends us that
/// gigabytes were promised.
inline constexpr wire::Window kMaxWindow{.num_messages = uint64_t{1} << 20,
                                         .num_bytes = uint64_t{1} << 30};

/// What a descriptor counts for: so the window also bounds how many of them wait.
inline constexpr uint64_t kDescriptorCharge = uint64_t{1} << 20;
/// What a pipe end counts for: the entry of the table that it becomes.
inline constexpr uint64_t kPipeEndCharge = 512;

/// How many bytes a message counts for. Sender and receiver come to the same.
inline uint64_t charge_of(const wire::Message& message) noexcept {
  uint64_t charge = message.buffer().size();
  for (const wire::Handle& handle : message.handles()) {
    charge += handle.is_pipe() ? kPipeEndCharge : kDescriptorCharge * handle.num_descriptors();
  }
  return charge;
}

/// How far a sender may go: up to and including message `sequence`, and no further message once
/// `bytes` were sent. The last one may go beyond, or a message larger than the window could never
/// be sent.
struct Credit {
  uint64_t sequence = 0;
  uint64_t bytes = 0;

  void raise_to(const Credit& other) noexcept {
    sequence = std::max(sequence, other.sequence);
    bytes = std::max(bytes, other.bytes);
  }
  friend bool operator==(const Credit&, const Credit&) = default;
};

/// What a port has sent, and may send.
struct SendCredit {
  uint64_t bytes_sent = 0;
  Credit limit{kInitialWindow.num_messages, kInitialWindow.num_bytes};
  wire::Window window;  ///< of the other side, as it last said

  bool allows(uint64_t sequence) const noexcept {
    return sequence <= limit.sequence && bytes_sent < limit.bytes;
  }
  /// Whether it allows a good deal more: a writer who begins only then is never refused in the
  /// middle of what he does. A reader who has read everything always leaves more than that.
  bool is_ample(uint64_t sequence) const noexcept {
    return sequence + window.num_messages / 4 <= limit.sequence &&
           bytes_sent + window.num_bytes / 4 < limit.bytes;
  }
};

/// What was taken out of a port, and what it has promised to hold.
struct ReceiveCredit {
  wire::Window window;
  uint64_t bytes_taken = 0;
  Credit granted{kInitialWindow.num_messages, kInitialWindow.num_bytes};

  /// What the sender could be told after message `last_taken` was taken.
  Credit possible(uint64_t last_taken) const noexcept {
    return {last_taken + window.num_messages, bytes_taken + window.num_bytes};
  }
  /// Whether telling is worth a message: a good part of the window is used up.
  bool is_due(uint64_t last_taken) const noexcept {
    return last_taken + window.num_messages / 2 >= granted.sequence ||
           bytes_taken + window.num_bytes / 2 >= granted.bytes;
  }
};

/// Whether `window` and what was granted already are within what any end may be made to hold.
inline bool may_hold(const ReceiveCredit& credit, uint64_t last_taken) noexcept {
  const auto within = [](uint64_t value, uint64_t max) { return value >= 1 && value <= max; };
  return within(credit.window.num_messages, kMaxWindow.num_messages) &&
         within(credit.window.num_bytes, kMaxWindow.num_bytes) &&
         credit.granted.sequence <= last_taken + kMaxWindow.num_messages &&
         credit.granted.bytes <= credit.bytes_taken + kMaxWindow.num_bytes;
}

/// What a peer says that it grants, cut down to what we would ever have under way to it.
inline Credit bounded(const Credit& granted, uint64_t last_sent, uint64_t bytes_sent) noexcept {
  return {std::min(granted.sequence, last_sent + kMaxWindow.num_messages),
          std::min(granted.bytes, bytes_sent + kMaxWindow.num_bytes)};
}
inline wire::Window bounded(const wire::Window& window) noexcept {
  return {std::clamp<uint64_t>(window.num_messages, 1, kMaxWindow.num_messages),
          std::clamp<uint64_t>(window.num_bytes, 1, kMaxWindow.num_bytes)};
}

}  // namespace ferrule::node
