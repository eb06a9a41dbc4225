// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

namespace ferrule {

/// What deadlines are measured with. Every execution context has one, the steady clock of the
/// system until a test installs its own (`testing::VirtualClock`), and all that is bound to
/// executors of the context asks it. Thread-safe.
class Clock {
 public:
  using Duration = std::chrono::steady_clock::duration;
  using TimePoint = std::chrono::steady_clock::time_point;
  /// Says "no deadline".
  static constexpr TimePoint kNever = TimePoint::max();

  /// Calls one handler at one time. Executor-bound; destroyed, it calls nobody any more.
  class Timer {
   public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    virtual ~Timer() = default;
    /// In the place of what it was set to before. The handler runs in the executor's loop, and may
    /// now and then run too early.
    virtual void start(TimePoint at, std::function<void()> handler) = 0;
  };

  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  virtual TimePoint now() const noexcept = 0;
  virtual std::unique_ptr<Timer> make_timer(const boost::asio::any_io_executor& executor) = 0;

  /// That of the executor's context.
  static std::shared_ptr<Clock> of(const boost::asio::any_io_executor& executor);
  /// From now on the clock of `context`. Who has asked for the time before keeps the old one.
  static void install(boost::asio::execution_context& context, std::shared_ptr<Clock> clock);

  /// A time so far away, or `kNever` where that is beyond all times.
  TimePoint after(Duration timeout) const noexcept {
    const TimePoint start = now();
    return timeout < kNever - start ? start + timeout : kNever;
  }
};

}  // namespace ferrule
