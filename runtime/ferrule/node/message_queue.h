// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "ferrule/wire/message.h"
#include "ferrule/node/port_name.h"

namespace ferrule::node {

/// A message that waits at a port, what it counts for, and who brought it.
struct QueuedMessage {
  wire::Message message;
  uint64_t charge = 0;     ///< bytes, as flow control counts them
  LinkId source = kLocal;  ///< the link it came into this node by
  uint16_t num_hops = 0;   ///< proxies that it has passed
};

/// The messages that arrived at a port and were not taken yet, in order of their numbers. Messages
/// may come over different ways and so early; they wait for those before them. Guarded by its
/// owner.
class MessageQueue {
 public:
  /// `first` is the number of the first message to hand out.
  explicit MessageQueue(uint64_t first) : next_to_take_(first), next_to_arrive_(first) {}

  /// Whether a message with this number was here before.
  bool had(uint64_t sequence) const {
    return sequence < next_to_arrive_ || early_.contains(sequence);
  }
  /// Keeps a message whose number was not here before.
  void insert(uint64_t sequence, QueuedMessage message);

  /// Whether the next message in order is here.
  bool has_next() const noexcept { return head_ < ready_.size(); }
  QueuedMessage take_next();

  /// The number of the next message to be handed out.
  uint64_t next_to_take() const noexcept { return next_to_take_; }
  /// The first number that has not arrived.
  uint64_t next_to_arrive() const noexcept { return next_to_arrive_; }

  /// What the waiting messages count for, all but the one with the highest number: that one alone
  /// may go beyond a window.
  uint64_t charge_before_last() const noexcept {
    return charge_ == 0 ? 0 : charge_ - charge_of_highest_;
  }

  /// The number of the first message here that came by a link of which `is_source` says yes; 0 if
  /// there is none.
  template <class Predicate>
  uint64_t find_from(const Predicate& is_source) const {
    for (size_t i = head_; i < ready_.size(); ++i) {
      if (is_source(ready_[i].source)) return next_to_take_ + (i - head_);
    }
    for (const auto& [sequence, message] : early_) {
      if (is_source(message.source)) return sequence;
    }
    return 0;
  }

  /// Moves every message out, in order where there is one.
  void move_all_to(std::vector<QueuedMessage>& out);
  /// Moves out all with numbers above `last`, as if they had never arrived.
  void move_after_to(uint64_t last, std::vector<QueuedMessage>& out);
  /// Moves out those with numbers above `last` that wait for one that will never come.
  void move_early_to(std::vector<QueuedMessage>& out, uint64_t last = 0);

 private:
  void append(QueuedMessage message);

  std::vector<QueuedMessage> ready_;  // ready_[head_] is next; what stands before it was taken
  size_t head_ = 0;
  std::map<uint64_t, QueuedMessage> early_;
  uint64_t next_to_take_;
  uint64_t next_to_arrive_;
  uint64_t charge_ = 0;
  uint64_t highest_ = 0;
  uint64_t charge_of_highest_ = 0;
};

}  // namespace ferrule::node
