// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/call_deadlines.h"

#include <algorithm>
#include <utility>

namespace ferrule::bindings {

CallDeadlines::CallDeadlines(const boost::asio::any_io_executor& executor,
                             std::function<void()> on_due)
    : clock_(Clock::of(executor)),
      timer_(clock_->make_timer(executor)),
      on_due_(std::move(on_due)) {}

void CallDeadlines::add(TimePoint at, uint64_t request_id) {
  heap_.push_back({at, request_id});
  std::push_heap(heap_.begin(), heap_.end(), &is_later);
  arm();
}

std::optional<uint64_t> CallDeadlines::take_due() {
  if (heap_.empty() || heap_.front().at > clock_->now()) {
    armed_for_ = Clock::kNever;
    arm();
    return {};
  }
  std::pop_heap(heap_.begin(), heap_.end(), &is_later);
  const uint64_t request_id = heap_.back().request_id;
  heap_.pop_back();
  return request_id;
}

void CallDeadlines::rebuild() { std::make_heap(heap_.begin(), heap_.end(), &is_later); }

/// A timer that is set to an earlier time stays: it costs a system call to set it, and each call
/// would.
void CallDeadlines::arm() {
  if (heap_.empty() || heap_.front().at >= armed_for_) return;
  armed_for_ = heap_.front().at;
  timer_->start(armed_for_, on_due_);
}

}  // namespace ferrule::bindings
