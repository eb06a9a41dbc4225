// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace ferrule::transport {

/// What a transport did so far. A snapshot: the numbers belong together only while nothing moves.
struct TransportCounters {
  uint64_t num_send_calls = 0;     ///< sendmsg(2), those that found the socket full included
  uint64_t num_receive_calls = 0;  ///< recvmsg(2), those that found nothing included
  uint64_t socket_bytes_sent = 0;
  uint64_t socket_bytes_received = 0;
  uint64_t shared_bytes_sent = 0;  ///< bodies that crossed in shared memory
  uint64_t shared_bytes_received = 0;
  uint64_t frames_sent = 0;  ///< as the user counts: `send` and `on_frame`
  uint64_t frames_received = 0;
  uint64_t descriptors_sent = 0;  ///< those of the user and of shared memory
  uint64_t descriptors_received = 0;
  uint64_t socket_bytes_queued = 0;  ///< that wait for room in the socket now
};

/// A number that one thread at a time advances and any thread reads.
class Counter {
 public:
  void add(uint64_t amount) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace ferrule::transport
