// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "ferrule/wire/message.h"

namespace ferrule::node {

/// The messages that arrived at a port and were not taken yet, in order of their numbers. Messages
/// may come over different ways and so early; they wait for those before them. Guarded by its
/// owner.
class MessageQueue {
 public:
  /// `first` is the number of the first message to hand out.
  explicit MessageQueue(uint64_t first) : next_to_take_(first), next_to_arrive_(first) {}

  /// False if a message with this number was here before; `message` is then left alone.
  bool insert(uint64_t sequence, wire::Message& message);

  /// Whether the next message in order is here.
  bool has_next() const noexcept { return head_ < ready_.size(); }
  wire::Message take_next();

  /// The number of the next message to be handed out.
  uint64_t next_to_take() const noexcept { return next_to_take_; }
  /// The first number that has not arrived.
  uint64_t next_to_arrive() const noexcept { return next_to_arrive_; }

  /// Moves every message out, in order where there is one.
  void move_all_to(std::vector<wire::Message>& out);
  /// Moves out those that wait for one that will never come.
  void move_early_to(std::vector<wire::Message>& out);

 private:
  void append(wire::Message message);

  std::vector<wire::Message> ready_;  // ready_[head_] is next; what stands before it was taken
  size_t head_ = 0;
  std::map<uint64_t, wire::Message> early_;
  uint64_t next_to_take_;
  uint64_t next_to_arrive_;
};

}  // namespace ferrule::node
