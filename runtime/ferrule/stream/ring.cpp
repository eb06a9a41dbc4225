// SPDX-License-Identifier: Apache-2.0
// Invariants, which hold whatever the other side writes, and when:
//
// 1. An end's own position is its own: it is read from shared memory once, when the end begins, and
//    from then on only written there.
// 2. The peer's position is read once at each look. It is accepted if it did not go back and leaves
//    between 0 and `capacity` bytes in the ring; if not, the end is broken and touches no byte any
//    more. So `num_bytes_ <= capacity`, always.
// 3. No byte outside the ring is touched: a run begins at a position modulo the capacity and is at
//    most `capacity` long, and the ring is mapped twice in a row.
// 4. Nobody sleeps on what is there already. Who goes to sleep writes `wake_at`, then looks again;
//    who passes bytes writes its position, then reads `wake_at`. All four are sequentially
//    consistent, so at least one of them sees the other.
// 5. The two never both sleep while one could go on. Nobody waits for more than half the ring: a
//    producer sleeps until at least half is free, so if it sleeps and the consumer waits for more
//    than it has, more than half is free, and the consumer's last pass has woken the producer.
//    In the same way for a consumer that waits.
//
// 4 and 5 need both sides to keep to the rules. A peer that does not can only let us wait, as it
// could by saying nothing.
#include "ferrule/stream/ring.h"

#include <algorithm>

#include "ferrule/base/check.h"

namespace ferrule::stream {
namespace {

// Half of all positions: no sum of two below it wraps around. At a gigabyte a second, 290 years.
constexpr uint64_t kMaxPosition = uint64_t{1} << 63;

}  // namespace

RingEnd::RingEnd(const RingMemory& memory, bool is_producer) noexcept
    : memory_(memory), is_producer_(is_producer) {
  position_ = own().position.load(std::memory_order_acquire);
  const uint64_t peer_position = peer().position.load(std::memory_order_acquire);
  // Nothing is known of the past; the distance alone can be judged.
  peer_position_ = 0;
  if (position_ > kMaxPosition || !accept(peer_position)) {
    is_broken_ = true;
    num_bytes_ = 0;
  }
}

bool RingEnd::accept(uint64_t position) noexcept {
  if (position < peer_position_) return false;
  const uint64_t written = is_producer_ ? position_ : position;
  const uint64_t read = is_producer_ ? position : position_;
  if (read > written || written - read > memory_.capacity) return false;
  const auto filled = static_cast<size_t>(written - read);
  peer_position_ = position;
  num_bytes_ = is_producer_ ? memory_.capacity - filled : filled;
  return true;
}

bool RingEnd::is_peer_closed() noexcept {
  // Once is for good, or a peer that changes its mind all the time would keep us busy.
  is_peer_closed_ = is_peer_closed_ || peer().is_closed.load(std::memory_order_acquire) != 0;
  return is_peer_closed_;
}

size_t RingEnd::look() noexcept {
  if (!is_broken_ && !accept(peer().position.load(std::memory_order_seq_cst))) {
    is_broken_ = true;
    num_bytes_ = 0;
  }
  return num_bytes_;
}

std::span<uint8_t> RingEnd::bytes(size_t max) const noexcept {
  const auto begin = static_cast<size_t>(position_ & (memory_.capacity - 1));
  return {memory_.bytes + begin, std::min(max, num_bytes_)};
}

bool RingEnd::pass(size_t n) noexcept {
  FERRULE_CHECK(n <= num_bytes_);
  position_ += n;
  num_bytes_ -= n;
  own().position.store(position_, std::memory_order_seq_cst);
  const uint64_t wake_at = peer().wake_at.load(std::memory_order_seq_cst);
  if (wake_at == 0 || position_ < wake_at) return false;
  // Whoever takes the flag away rings the bell: one ring for one sleep.
  return peer().wake_at.exchange(0, std::memory_order_relaxed) != 0;
}

bool RingEnd::prepare_sleep(size_t min) noexcept {
  const size_t half = memory_.capacity / 2;
  FERRULE_CHECK(min > 0 && min <= half);
  // A writer sleeps until there is room for a good piece: one wake-up for many writes.
  const uint64_t wake_at = is_producer_ ? position_ + half - memory_.capacity : position_ + min;
  own().wake_at.store(wake_at, std::memory_order_seq_cst);
  if (look() < min && !is_broken_ && !is_peer_closed()) return true;
  wake();
  return false;
}

}  // namespace ferrule::stream
