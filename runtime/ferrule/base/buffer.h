// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ferrule/base/memory.h"

namespace ferrule {

/// Room kept in front of every message for the headers of the layers below, so that they are
/// written in place. A multiple of 16, at least as large as the frame and link headers together.
inline constexpr size_t kHeadroomBytes = 64;

/// A copy that the encoder left undone: `source` belongs at `offset` of the buffer. See `Buffer`.
struct DeferredCopy {
  size_t offset = 0;
  std::span<const uint8_t> source;
};

/// A window on a `Memory`: the bytes of one message or frame on their way through the rooms. Move
/// it along; whoever needs to put a header in front calls `prepend`.
///
/// Large byte arrays need not be copied when they are encoded into shared memory: the encoder may
/// record a `DeferredCopy`, and whoever sends the buffer, in the same call, does the copying piece
/// by piece while the receiver already takes the first pieces out. A source is borrowed for that
/// call only: who stores a buffer instead of sending it calls `complete()` first.
class Buffer {
 public:
  Buffer() = default;
  /// The bytes [begin, end) of `memory`. What stands before `begin` is headroom.
  Buffer(MemoryRef memory, size_t begin, size_t end) noexcept
      : memory_(std::move(memory)), begin_(begin), end_(end) {}

  /// `num_bytes` on the heap, uninitialised, with `kHeadroomBytes` before them. 16-byte aligned.
  static Buffer allocate(size_t num_bytes) {
    return {allocate_heap_memory(kHeadroomBytes + num_bytes), kHeadroomBytes,
            kHeadroomBytes + num_bytes};
  }

  Buffer(Buffer&&) noexcept = default;
  Buffer& operator=(Buffer&&) noexcept = default;

  uint8_t* data() const noexcept { return memory_ ? memory_->data() + begin_ : nullptr; }
  size_t size() const noexcept { return end_ - begin_; }
  bool empty() const noexcept { return size() == 0; }
  std::span<const uint8_t> bytes() const noexcept { return {data(), size()}; }
  std::span<uint8_t> mutable_bytes() const noexcept { return {data(), size()}; }

  const MemoryRef& memory() const noexcept { return memory_; }
  /// Where the window begins inside its memory.
  size_t memory_offset() const noexcept { return begin_; }
  size_t headroom() const noexcept { return begin_; }

  /// Whether a header of `num_bytes` can be written in front. Headroom of a block of several frames
  /// holds the header that this frame came with, which is used up by then.
  bool can_prepend(size_t num_bytes) const noexcept {
    return num_bytes <= begin_ && memory_ && memory_->kind() != MemoryKind::kImmutable;
  }
  /// Grows the window to the front by `num_bytes`; `can_prepend` must hold.
  std::span<uint8_t> prepend(size_t num_bytes);
  /// Drops `num_bytes` from the front or the back; at most `size()`.
  void remove_prefix(size_t num_bytes);
  void remove_suffix(size_t num_bytes);

  void defer_copy(size_t offset, std::span<const uint8_t> source) {
    deferred_.push_back({begin_ + offset, source});
  }
  /// In rising order of offset. The offsets count from the start of the memory, not of the window.
  const std::vector<DeferredCopy>& deferred_copies() const noexcept { return deferred_; }
  /// Does the copies that are still owed.
  void complete();
  /// Makes the bytes ours alone: completes them, and moves them to the heap if a peer could write
  /// them.
  void make_private();
  /// Says that the caller did them.
  void mark_complete() noexcept { deferred_.clear(); }

 private:
  MemoryRef memory_;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::vector<DeferredCopy> deferred_;
};

}  // namespace ferrule
