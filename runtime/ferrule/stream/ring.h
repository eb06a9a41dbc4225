// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ferrule::stream {

/// What one side of a ring tells the other, in memory that both can write. Positions count all
/// bytes since the pipe was made.
struct alignas(64) RingSide {
  /// Bytes written, or bytes read.
  std::atomic<uint64_t> position;
  /// This side sleeps, and wants to be woken when the other's position reaches this; 0: is awake.
  std::atomic<uint64_t> wake_at;
  /// Not 0: this side has closed on purpose, and its position is final.
  std::atomic<uint32_t> is_closed;
};
static_assert(std::atomic<uint64_t>::is_always_lock_free);

struct RingHeader {
  RingSide producer;
  RingSide consumer;
};

/// The memory of a ring. Of `bytes`, `capacity` are mapped twice in a row, so that every run is in
/// one piece. `capacity` is a power of two.
struct RingMemory {
  RingHeader* header = nullptr;
  uint8_t* bytes = nullptr;
  size_t capacity = 0;
};

/// Half of a ring, the same for both ends. It trusts nothing in the shared memory: what it needs of
/// itself it keeps in its own memory, and the other side's position is read once at each look,
/// checked and kept. ring.cpp has the invariants. Pure: no system call, no clock.
///
/// Used by one thread at a time.
class RingEnd {
 public:
  /// How many bytes this end may touch. Takes a new look at the other side.
  size_t look() noexcept;
  /// The same as at the last look.
  size_t num_bytes() const noexcept { return num_bytes_; }
  /// The first `max` of them.
  std::span<uint8_t> bytes(size_t max) const noexcept;
  /// Hands the first `n` over to the other side. True if that has to be woken.
  [[nodiscard]] bool pass(size_t n) noexcept;

  /// Nothing can be done until there are `min` bytes, at most half the capacity. True if it is so:
  /// then sleep until the other side wakes us; but a look may show something at any time.
  bool prepare_sleep(size_t min) noexcept;
  /// Awake, for whatever reason.
  void wake() noexcept { own().wake_at.store(0, std::memory_order_relaxed); }

  /// Says that this end is done. Whoever sleeps at the other side has to be woken.
  void close() noexcept { own().is_closed.store(1, std::memory_order_release); }
  /// Look once more after this: the other side's last bytes were there before.
  bool is_peer_closed() noexcept;
  /// The other side told a position that cannot be. For good.
  bool is_broken() const noexcept { return is_broken_; }

  size_t capacity() const noexcept { return memory_.capacity; }

  RingEnd() = default;
  /// Goes on where the ring stands.
  RingEnd(const RingMemory& memory, bool is_producer) noexcept;

 private:
  RingSide& own() const noexcept {
    return is_producer_ ? memory_.header->producer : memory_.header->consumer;
  }
  RingSide& peer() const noexcept {
    return is_producer_ ? memory_.header->consumer : memory_.header->producer;
  }
  bool accept(uint64_t position) noexcept;

  RingMemory memory_;
  bool is_producer_ = false;
  bool is_broken_ = false;
  bool is_peer_closed_ = false;
  uint64_t position_ = 0;       // ours; never read back
  uint64_t peer_position_ = 0;  // the last one that was accepted
  size_t num_bytes_ = 0;
};

}  // namespace ferrule::stream
