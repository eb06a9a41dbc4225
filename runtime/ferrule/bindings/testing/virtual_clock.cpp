// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/testing/virtual_clock.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "ferrule/base/mutex.h"

namespace ferrule::testing {

struct VirtualClock::State {
  struct Setting {
    boost::asio::any_io_executor executor;
    std::function<void()> handler;
    std::weak_ptr<void> timer;
  };
  using Settings =
      std::multimap<TimePoint, Setting>;  // of equal times the first that was set first

  Mutex mutex;
  TimePoint now{std::chrono::hours(1)};
  Settings settings;
};

class VirtualClock::VirtualTimer final : public Clock::Timer {
 public:
  VirtualTimer(std::shared_ptr<State> state, boost::asio::any_io_executor executor)
      : state_(std::move(state)), executor_(std::move(executor)) {}
  ~VirtualTimer() override { stop(); }

  void start(TimePoint at, std::function<void()> handler) override {
    stop();
    alive_ = std::make_shared<int>(0);
    const MutexLock lock(state_->mutex);
    state_->settings.emplace(at, State::Setting{executor_, std::move(handler), alive_});
  }

 private:
  void stop() {
    const MutexLock lock(state_->mutex);
    std::erase_if(state_->settings, [this](const auto& setting) {
      return alive_ && !setting.second.timer.owner_before(alive_) &&
             !alive_.owner_before(setting.second.timer);
    });
    alive_.reset();
  }

  const std::shared_ptr<State> state_;
  const boost::asio::any_io_executor executor_;
  std::shared_ptr<void> alive_;  // of the present setting; what was posted asks for it
};

VirtualClock::VirtualClock() : state_(std::make_shared<State>()) {}
VirtualClock::~VirtualClock() = default;

std::shared_ptr<VirtualClock> VirtualClock::install(boost::asio::execution_context& context) {
  auto clock = std::make_shared<VirtualClock>();
  Clock::install(context, clock);
  return clock;
}

Clock::TimePoint VirtualClock::now() const noexcept {
  const MutexLock lock(state_->mutex);
  return state_->now;
}

std::unique_ptr<Clock::Timer> VirtualClock::make_timer(
    const boost::asio::any_io_executor& executor) {
  return std::make_unique<VirtualTimer>(state_, executor);
}

void VirtualClock::advance(Duration by) {
  State::Settings due;
  {
    const MutexLock lock(state_->mutex);
    state_->now += by;
    auto& settings = state_->settings;
    while (!settings.empty() && settings.begin()->first <= state_->now) {
      due.insert(settings.extract(settings.begin()));
    }
  }
  for (auto& [at, setting] : due) {
    boost::asio::post(setting.executor,
                      [handler = std::move(setting.handler), timer = std::move(setting.timer)] {
                        if (const auto alive = timer.lock()) handler();
                      });
  }
}

size_t VirtualClock::num_timers() const {
  const MutexLock lock(state_->mutex);
  return state_->settings.size();
}

}  // namespace ferrule::testing
