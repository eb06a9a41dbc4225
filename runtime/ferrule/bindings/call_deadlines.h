// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/clock.h"

namespace ferrule::bindings {

/// When the calls of one endpoint have to be answered: a heap of times, and one timer for the first
/// of them. An answered call is not taken out, which would cost every call a search; its time is
/// ignored when it comes, and where most are of that kind they are all thrown out together.
/// Executor-bound.
class CallDeadlines {
 public:
  using TimePoint = Clock::TimePoint;

  /// `on_due` is called from the executor's loop when `take_due` may have something.
  CallDeadlines(const boost::asio::any_io_executor& executor, std::function<void()> on_due);

  const Clock& clock() const noexcept { return *clock_; }
  void add(TimePoint at, uint64_t request_id);
  /// A call whose time has come; call it until there is none, then the timer goes on.
  std::optional<uint64_t> take_due();
  size_t size() const noexcept { return heap_.size(); }

  /// Forgets the calls that do not wait any more, if they are likely to be the most: only
  /// `num_waiting` do.
  template <class IsWaiting>
  void tidy(size_t num_waiting, IsWaiting is_waiting) {
    if (heap_.size() < kMinTidySize || heap_.size() / 2 < num_waiting) return;
    std::erase_if(heap_, [&](const Entry& entry) { return !is_waiting(entry.request_id); });
    rebuild();
  }

 private:
  static constexpr size_t kMinTidySize = 64;

  struct Entry {
    TimePoint at;
    uint64_t request_id;
  };
  static bool is_later(const Entry& left, const Entry& right) noexcept {
    return left.at > right.at;
  }
  void rebuild();
  void arm();

  const std::shared_ptr<Clock> clock_;
  const std::unique_ptr<Clock::Timer> timer_;
  const std::function<void()> on_due_;
  std::vector<Entry> heap_;  // the earliest in front
  TimePoint armed_for_ = Clock::kNever;
};

}  // namespace ferrule::bindings
