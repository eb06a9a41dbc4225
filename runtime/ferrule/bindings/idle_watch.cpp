// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/idle_watch.h"

#include <utility>

namespace ferrule::bindings {

IdleWatch::IdleWatch(const boost::asio::any_io_executor& executor, Clock::Duration timeout,
                     std::function<void()> on_idle)
    : clock_(Clock::of(executor)),
      timer_(clock_->make_timer(executor)),
      timeout_(timeout),
      on_idle_(std::move(on_idle)) {
  touch();
}

/// A timer that runs already stays: it would cost a system call a message to set it anew.
void IdleWatch::touch() {
  due_ = clock_->after(timeout_);
  if (std::exchange(is_armed_, true)) return;
  timer_->start(due_, [this] { look(); });
}

void IdleWatch::look() {
  is_armed_ = false;
  if (clock_->now() >= due_) return on_idle_();
  is_armed_ = true;
  timer_->start(due_, [this] { look(); });
}

}  // namespace ferrule::bindings
