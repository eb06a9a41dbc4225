// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/message_queue.h"

#include <utility>

#include "ferrule/base/check.h"

namespace ferrule::node {

void MessageQueue::insert(uint64_t sequence, QueuedMessage message) {
  charge_ += message.charge;
  if (sequence > highest_) {
    highest_ = sequence;
    charge_of_highest_ = message.charge;
  }
  if (sequence > next_to_arrive_) {
    early_.emplace(sequence, std::move(message));
    return;
  }
  append(std::move(message));
  while (!early_.empty() && early_.begin()->first == next_to_arrive_) {
    append(std::move(early_.begin()->second));
    early_.erase(early_.begin());
  }
}

void MessageQueue::append(QueuedMessage message) {
  // Slide down only when at least half is empty: each message is moved once on average.
  if (head_ > 16 && head_ * 2 > ready_.size()) {
    ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  ready_.push_back(std::move(message));
  ++next_to_arrive_;
}

QueuedMessage MessageQueue::take_next() {
  FERRULE_CHECK(has_next());
  QueuedMessage message = std::move(ready_[head_++]);
  charge_ -= message.charge;
  ++next_to_take_;
  if (head_ == ready_.size()) {
    ready_.clear();
    head_ = 0;
  }
  return message;
}

void MessageQueue::move_all_to(std::vector<QueuedMessage>& out) {
  while (has_next()) out.push_back(take_next());
  move_early_to(out);
}

void MessageQueue::move_after_to(uint64_t last, std::vector<QueuedMessage>& out) {
  move_early_to(out, last);
  while (has_next() && next_to_arrive_ > last + 1) {
    charge_ -= ready_.back().charge;
    if (--next_to_arrive_ == highest_) charge_of_highest_ = 0;
    out.push_back(std::move(ready_.back()));
    ready_.pop_back();
  }
}

void MessageQueue::move_early_to(std::vector<QueuedMessage>& out, uint64_t last) {
  const auto first = early_.upper_bound(last);
  for (auto it = first; it != early_.end(); ++it) {
    charge_ -= it->second.charge;
    if (it->first == highest_) charge_of_highest_ = 0;
    out.push_back(std::move(it->second));
  }
  early_.erase(first, early_.end());
}

}  // namespace ferrule::node
