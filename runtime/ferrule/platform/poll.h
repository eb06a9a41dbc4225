// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::platform {

/// A descriptor to wait for. Borrowed for the call.
struct PollItem {
  const UniqueFd* fd = nullptr;
  bool wants_to_write = false;
  bool is_ready = false;  ///< set by `poll`; also where something is wrong with the descriptor
};

/// Waits until something can be read, or written where that is wanted, or until that time. A signal
/// ends it early.
Result<void> poll(std::span<PollItem> items,
                  std::optional<std::chrono::steady_clock::time_point> until);

/// Something to wait for that any thread can bring about.
class WakeEvent {
 public:
  static Result<WakeEvent> create();

  const UniqueFd& fd() const noexcept { return fd_; }
  /// Thread-safe.
  void set() const noexcept;
  void clear() const noexcept;

 private:
  explicit WakeEvent(UniqueFd fd) noexcept : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace ferrule::platform
