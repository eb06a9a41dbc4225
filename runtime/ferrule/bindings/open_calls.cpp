// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/open_calls.h"

#include <algorithm>
#include <utility>

#include "ferrule/base/name128.h"

namespace ferrule::bindings {

/// Multiplication by a random odd number spreads whatever ids a peer thinks of.
size_t OpenCalls::chain_of(uint64_t request_id) const noexcept {
  return static_cast<size_t>((request_id * key_) >> shift_);
}

uint32_t OpenCalls::find(uint64_t request_id) const noexcept {
  if (size_ == 0) return kNone;
  uint32_t place = chains_[chain_of(request_id)];
  while (place != kNone && calls_[place].request_id != request_id) place = calls_[place].next;
  return place;
}

void OpenCalls::add(uint64_t request_id, uint32_t name) {
  if (free_ == kNone) grow();
  const uint32_t place = free_;
  free_ = calls_[place].next;
  uint32_t& chain = chains_[chain_of(request_id)];
  calls_[place] = Call{request_id, name, std::exchange(chain, place), false, nullptr};
  ++size_;
}

bool OpenCalls::remove(uint64_t request_id) {
  if (size_ == 0) return false;
  uint32_t* link = &chains_[chain_of(request_id)];
  while (*link != kNone && calls_[*link].request_id != request_id) link = &calls_[*link].next;
  if (*link == kNone) return false;
  const uint32_t place = *link;
  *link = calls_[place].next;
  // Goes last: the last owner of a signal destroys what waits on it, which may look at this table.
  const Call call = std::exchange(calls_[place], Call{0, 0, free_, false, nullptr});
  free_ = place;
  --size_;
  return !call.is_cancelled;
}

bool OpenCalls::is_wanted(uint64_t request_id) const noexcept {
  const uint32_t place = find(request_id);
  return place != kNone && !calls_[place].is_cancelled;
}

CallSignal OpenCalls::signal_of(uint64_t request_id) {
  const uint32_t place = find(request_id);
  if (place == kNone) return nullptr;
  CallSignal& signal = calls_[place].signal;
  if (!signal) signal = std::make_shared<boost::asio::cancellation_signal>();
  return signal;
}

CallSignal OpenCalls::cancel(uint64_t request_id) {
  const uint32_t place = find(request_id);
  if (place == kNone || std::exchange(calls_[place].is_cancelled, true)) return nullptr;
  // It emits once: not again when the pipe goes.
  return std::exchange(calls_[place].signal, nullptr);
}

std::vector<OpenCalls::Call> OpenCalls::take_all() {
  std::vector<Call> open;
  open.reserve(size_);
  for (uint32_t& chain : chains_) {
    for (uint32_t place = std::exchange(chain, kNone); place != kNone;) {
      const uint32_t next = calls_[place].next;
      open.push_back(std::exchange(calls_[place], Call{0, 0, free_, false, nullptr}));
      free_ = std::exchange(place, next);
    }
  }
  size_ = 0;
  std::sort(open.begin(), open.end(),
            [](const Call& left, const Call& right) { return left.request_id < right.request_id; });
  return open;
}

/// Only when every place is taken.
void OpenCalls::grow() {
  if (key_ == 0) key_ = random128().low | 1;
  const auto old_size = static_cast<uint32_t>(calls_.size());
  const uint32_t new_size = std::max<uint32_t>(8, old_size * 2);
  shift_ = shift_ == 64 ? 61 : shift_ - 1;
  calls_.resize(new_size);
  chains_.assign(new_size, kNone);
  for (uint32_t place = 0; place < old_size; ++place) {
    uint32_t& chain = chains_[chain_of(calls_[place].request_id)];
    calls_[place].next = std::exchange(chain, place);
  }
  for (uint32_t place = old_size; place < new_size; ++place) {
    calls_[place].next = std::exchange(free_, place);
  }
}

}  // namespace ferrule::bindings
