// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ferrule/bindings/clock.h"

namespace ferrule {

/// After so long a synchronous call that still waits is told of in the log, once, with all others
/// that wait in this process and with the requests that they keep waiting: where some wait for each
/// other that is the circle, as far as it lies here. Zero for never. From the start 10 s in a
/// library that was built for debugging, else never. Thread-safe.
void set_sync_patience(Clock::Duration patience) noexcept;

namespace bindings {

class SyncGroup;

/// One wait, as long as it lasts.
class SyncWatch {
 public:
  /// `method` is of `interface_name`; both have static storage.
  SyncWatch(std::string_view interface_name, const char* method, bool is_interruptible);
  SyncWatch(const SyncWatch&) = delete;
  SyncWatch& operator=(const SyncWatch&) = delete;
  ~SyncWatch();

  /// Wait no longer than this, then call `look`.
  Clock::TimePoint bound(Clock::TimePoint until) const noexcept {
    return until < due_ ? until : due_;
  }
  /// `group` is that of the executor which waits.
  void look(const SyncGroup& group) {
    if (due_ != Clock::kNever) complain_if_due(group);
  }

 private:
  void complain_if_due(const SyncGroup& group);

  std::string what_;  // empty where nobody watches
  Clock::Duration patience_;
  Clock::TimePoint due_ = Clock::kNever;
};

}  // namespace bindings
}  // namespace ferrule
