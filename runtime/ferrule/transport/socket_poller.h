// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/platform/poll.h"

namespace ferrule::transport {

class SocketChannel;

/// Moves what is in the sockets of one executor while that is blocked and so does not: for a thread
/// that waits for an answer. What arrives is delivered as ever.
///
/// Shared by its channels. I/O-bound, but `wake`.
class SocketPoller {
 public:
  static Result<std::shared_ptr<SocketPoller>> create();
  explicit SocketPoller(platform::WakeEvent event) : event_(std::move(event)) {}

  void add(const std::shared_ptr<SocketChannel>& channel) { channels_.push_back(channel); }

  /// Until something arrived, `wake` was called since the last wait, or that time.
  void wait(std::optional<std::chrono::steady_clock::time_point> until);
  /// Thread-safe. Not needed by what `wait` delivers, and then without a system call: that wait
  /// returns anyway.
  void wake() const noexcept {
    if (delivering_.load(std::memory_order_relaxed) != std::this_thread::get_id()) event_.set();
  }

 private:
  const platform::WakeEvent event_;
  std::vector<std::weak_ptr<SocketChannel>> channels_;
  std::atomic<std::thread::id> delivering_;  // the thread inside `wait` while it delivers
};

}  // namespace ferrule::transport
