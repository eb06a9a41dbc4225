// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/reply_table.h"

#include <algorithm>
#include <utility>

namespace ferrule::bindings {

void ReplyTable::insert(ReplyHandler::Pointer handler) {
  if (size_ == slots_.size()) grow();
  ReplyHandler::Pointer& slot = slot_of(handler->request_id);
  handler->next = std::move(slot);
  slot = std::move(handler);
  ++size_;
}

ReplyHandler::Pointer ReplyTable::take(uint64_t request_id) {
  if (slots_.empty()) return nullptr;
  ReplyHandler::Pointer* place = &slot_of(request_id);
  while (*place && (*place)->request_id != request_id) place = &(*place)->next;
  if (!*place) return nullptr;
  ReplyHandler::Pointer found = std::move(*place);
  *place = std::move(found->next);
  --size_;
  return found;
}

bool ReplyTable::contains(uint64_t request_id) const noexcept {
  if (slots_.empty()) return false;
  const ReplyHandler* found = slots_[static_cast<size_t>(request_id) & (slots_.size() - 1)].get();
  while (found != nullptr && found->request_id != request_id) found = found->next.get();
  return found != nullptr;
}

std::vector<ReplyHandler::Pointer> ReplyTable::take_all() {
  std::vector<ReplyHandler::Pointer> all;
  all.reserve(size_);
  for (ReplyHandler::Pointer& slot : slots_) {
    while (slot) {
      ReplyHandler::Pointer first = std::move(slot);
      slot = std::move(first->next);
      all.push_back(std::move(first));
    }
  }
  size_ = 0;
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a->request_id < b->request_id; });
  return all;
}

void ReplyTable::grow() {
  std::vector<ReplyHandler::Pointer> all = take_all();
  slots_.resize(std::max<size_t>(8, slots_.size() * 2));
  for (ReplyHandler::Pointer& handler : all) insert(std::move(handler));
}

}  // namespace ferrule::bindings
