// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ferrule/bindings/clock.h"

namespace ferrule::bindings {

/// What a thread does that waits for the answer to a synchronous call. On the executor that a
/// `Runtime` runs on nobody else would read its sockets, so there the wait reads them itself;
/// elsewhere it sleeps.
class SyncWait {
 public:
  SyncWait() = default;
  SyncWait(const SyncWait&) = delete;
  SyncWait& operator=(const SyncWait&) = delete;
  virtual ~SyncWait() = default;

  /// Until something came, `wake` was called since the last wait, or that time; now and then for no
  /// reason. On the executor only.
  virtual void wait(Clock::TimePoint until) = 0;
  /// Thread-safe.
  virtual void wake() noexcept = 0;
};

}  // namespace ferrule::bindings
