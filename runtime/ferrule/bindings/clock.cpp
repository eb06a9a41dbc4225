// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/clock.h"

#include <utility>

#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/base/check.h"
#include "ferrule/base/error.h"
#include "ferrule/base/mutex.h"

namespace ferrule {
namespace {

class SteadyTimer final : public Clock::Timer {
 public:
  explicit SteadyTimer(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  void start(Clock::TimePoint at, std::function<void()> handler) override {
    timer_.expires_at(at);
    timer_.async_wait([handler = std::move(handler)](const error_code& error) {
      if (!error) handler();
    });
  }

 private:
  boost::asio::steady_timer timer_;
};

class SteadyClock final : public Clock {
 public:
  TimePoint now() const noexcept override { return std::chrono::steady_clock::now(); }
  std::unique_ptr<Timer> make_timer(const boost::asio::any_io_executor& executor) override {
    return std::make_unique<SteadyTimer>(executor);
  }
};

/// Keeps the clock of one execution context.
class ClockService final : public boost::asio::execution_context::service {
 public:
  using key_type = ClockService;
  inline static boost::asio::execution_context::id id;

  explicit ClockService(boost::asio::execution_context& context) : service(context) {}

  std::shared_ptr<Clock> get() const {
    const MutexLock lock(mutex_);
    return clock_;
  }
  void set(std::shared_ptr<Clock> clock) {
    const MutexLock lock(mutex_);
    clock_.swap(clock);
  }

 private:
  void shutdown() override {}

  mutable Mutex mutex_;
  std::shared_ptr<Clock> clock_ = std::make_shared<SteadyClock>();
};

}  // namespace

std::shared_ptr<Clock> Clock::of(const boost::asio::any_io_executor& executor) {
  auto& context = boost::asio::query(executor, boost::asio::execution::context);
  return boost::asio::use_service<ClockService>(context).get();
}

void Clock::install(boost::asio::execution_context& context, std::shared_ptr<Clock> clock) {
  FERRULE_CHECK(clock != nullptr);
  boost::asio::use_service<ClockService>(context).set(std::move(clock));
}

}  // namespace ferrule
