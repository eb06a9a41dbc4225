// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

namespace ferrule {

/// When a program that ended is started again.
struct RestartPolicy {
  /// The wait before the first restart. Each crash in a row doubles it, up to the most.
  std::chrono::milliseconds first_delay{100};
  std::chrono::milliseconds most_delay{10'000};
  /// Crashes within `window` that are borne. One more, and the program stays down: what crashes for
  /// ever, or is made to, must not use up the machine.
  size_t crash_budget = 5;
  std::chrono::milliseconds window{60'000};
};

/// Counts crashes against a policy. A value; knows no clock.
class RestartBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit RestartBudget(const RestartPolicy& policy) : policy_(policy) {}

  /// The program crashed at `now`: how long to wait before it is started again, or nothing if it is
  /// not to be.
  std::optional<std::chrono::milliseconds> on_crash(Time now);

 private:
  RestartPolicy policy_;
  std::deque<Time> crashes_;  // within the window, oldest first
};

}  // namespace ferrule
