// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ferrule/bindings/reply_handler.h"

namespace ferrule::bindings {

/// The requests of one endpoint that wait for their answers, by request id. Ids are counted
/// upwards, so the low bits are a perfect hash and a lookup is one step however many calls are
/// under way. Adding allocates only when the table grows. Executor-bound.
class ReplyTable {
 public:
  void insert(ReplyHandler::Pointer handler);
  /// Null if nobody waits for that id.
  ReplyHandler::Pointer take(uint64_t request_id);
  bool contains(uint64_t request_id) const noexcept;
  /// All of them, oldest first.
  std::vector<ReplyHandler::Pointer> take_all();

  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  ReplyHandler::Pointer& slot_of(uint64_t request_id) {
    return slots_[static_cast<size_t>(request_id) & (slots_.size() - 1)];
  }
  void grow();

  std::vector<ReplyHandler::Pointer> slots_;  // a power of two; each a chain
  size_t size_ = 0;
};

}  // namespace ferrule::bindings
