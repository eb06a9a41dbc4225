// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/restart_budget.h"

#include <algorithm>

namespace ferrule {

std::optional<std::chrono::milliseconds> RestartBudget::on_crash(Time now) {
  while (!crashes_.empty() && now - crashes_.front() >= policy_.window) crashes_.pop_front();
  crashes_.push_back(now);
  if (crashes_.size() > policy_.crash_budget) return std::nullopt;
  std::chrono::milliseconds delay = policy_.first_delay;
  // Doubled step by step, and never beyond the most: no count of crashes overflows it.
  for (size_t i = 1; i < crashes_.size() && delay < policy_.most_delay; ++i) delay *= 2;
  return std::min(delay, policy_.most_delay);
}

}  // namespace ferrule
