// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/message_queue.h"

#include <utility>

#include "ferrule/base/check.h"

namespace ferrule::node {

bool MessageQueue::insert(uint64_t sequence, wire::Message& message) {
  if (sequence < next_to_arrive_) return false;
  if (sequence > next_to_arrive_) return early_.try_emplace(sequence, std::move(message)).second;
  append(std::move(message));
  while (!early_.empty() && early_.begin()->first == next_to_arrive_) {
    append(std::move(early_.begin()->second));
    early_.erase(early_.begin());
  }
  return true;
}

void MessageQueue::append(wire::Message message) {
  // Slide down only when at least half is empty: each message is moved once on average.
  if (head_ > 16 && head_ * 2 > ready_.size()) {
    ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  ready_.push_back(std::move(message));
  ++next_to_arrive_;
}

wire::Message MessageQueue::take_next() {
  FERRULE_CHECK(has_next());
  wire::Message message = std::move(ready_[head_++]);
  ++next_to_take_;
  if (head_ == ready_.size()) {
    ready_.clear();
    head_ = 0;
  }
  return message;
}

void MessageQueue::move_all_to(std::vector<wire::Message>& out) {
  while (has_next()) out.push_back(take_next());
  move_early_to(out);
}

void MessageQueue::move_early_to(std::vector<wire::Message>& out) {
  for (auto& [sequence, message] : early_) out.push_back(std::move(message));
  early_.clear();
}

}  // namespace ferrule::node
