// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

#include "ferrule/bindings/clock.h"

namespace ferrule::testing {

/// A clock that stands still until it is told to go on, so that tests of deadlines neither wait nor
/// race:
///
///   boost::asio::io_context io;
///   const auto clock = VirtualClock::install(io);  // before anything is bound
///   remote.with_timeout(1s)->Add(1, 2, handler);
///   clock->advance(1s);                            // then run io: Errc::kTimedOut
///
/// Thread-safe.
class VirtualClock final : public Clock {
 public:
  VirtualClock();
  ~VirtualClock() override;
  static std::shared_ptr<VirtualClock> install(boost::asio::execution_context& context);

  TimePoint now() const noexcept override;
  std::unique_ptr<Timer> make_timer(const boost::asio::any_io_executor& executor) override;

  /// Goes on. What is due by then runs from the loops of its executors, the earliest first.
  void advance(Duration by);
  /// Timers that are set.
  size_t num_timers() const;

 private:
  struct State;
  class VirtualTimer;

  const std::shared_ptr<State> state_;  // shared with the timers
};

}  // namespace ferrule::testing
