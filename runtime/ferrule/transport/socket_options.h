// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "ferrule/platform/coarse_clock.h"

namespace ferrule::transport {

class SocketPoller;

/// How one end of a socket behaves. Most are limits, each with the attack it stops.
struct SocketOptions {
  /// The largest frame this end accepts, and no less than the other end sends: the largest message
  /// and the headers in front of it. Stops a peer that makes us reserve memory until none is left.
  size_t max_frame_bytes = (size_t{256} << 20) + (size_t{64} << 10);

  /// Bodies of so many bytes and more cross in shared memory.
  size_t large_frame_bytes = size_t{64} << 10;

  /// How much shared memory this end makes to encode messages into. When it is all in use, because
  /// the peer is behind, every further large message gets a memfd of its own.
  size_t max_arena_bytes = size_t{128} << 20;

  /// How much private memory for received large frames is kept to be used again.
  size_t max_pooled_bytes = size_t{64} << 20;

  /// What may wait here for a peer that does not read; beyond it the connection breaks with
  /// SEND_QUEUE_FULL. Stops a peer that asks and never takes the answers.
  size_t max_queued_bytes = size_t{1} << 30;

  /// Who moves the bytes while the executor is blocked; null where it never is.
  std::shared_ptr<SocketPoller> poller;

  /// Tells how long something has been gathering. Tests have their own.
  std::chrono::nanoseconds (*coarse_now)() noexcept = platform::coarse_now;
};

}  // namespace ferrule::transport
