// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/clock.h"

namespace ferrule::bindings {

/// At the side that asked: who wants to hear of idleness, and how many messages the other side has
/// not acknowledged yet. While there are some, a notice that comes is of a time before them.
struct IdleListener {
  std::function<void()> handler;
  uint64_t num_unacknowledged = 0;
};

/// At the side that was asked: says once that nothing was done for so long. Not while calls are
/// open, which the owner knows. Executor-bound.
class IdleWatch {
 public:
  /// `on_idle` is called from the executor's loop when there was no `touch` for `timeout`.
  IdleWatch(const boost::asio::any_io_executor& executor, Clock::Duration timeout,
            std::function<void()> on_idle);

  /// Something was done: the time begins anew.
  void touch();

 private:
  void look();

  const std::shared_ptr<Clock> clock_;
  const std::unique_ptr<Clock::Timer> timer_;
  const Clock::Duration timeout_;
  const std::function<void()> on_idle_;
  Clock::TimePoint due_;
  bool is_armed_ = false;
};

}  // namespace ferrule::bindings
