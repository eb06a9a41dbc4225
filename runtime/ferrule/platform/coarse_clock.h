// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <ctime>

namespace ferrule::platform {

/// Time since some moment before the start of the process, as of the kernel's last tick: it moves
/// on every few milliseconds, and reading it costs a few nanoseconds. Thread-safe.
inline std::chrono::nanoseconds coarse_now() noexcept {
  timespec now{};
  static_cast<void>(
      ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now));  // fails for unknown clocks only
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace ferrule::platform
