// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace ferrule::transport {

// How bodies of large frames cross without passing through the socket. Only these records do, each
// behind a `FrameHeader`.
//
// The sender has an arena: memfds of fixed size, called segments, that are passed and mapped once
// and used again and again. A body is a row of pieces of it. The receiver copies the pieces out,
// one behind the other, into memory of its own and delivers that: what the sender does to the arena
// afterwards changes nothing. Then it says in shared memory, without a call, that the piece is
// free.
//
//   sender                                           receiver
//   kSegment 0  (memfd)                       ──►    maps it
//   copies 256 KiB into a slot;  kLarge       ──►    copies them out; writes the ticket into the
//   cell copies 256 KiB into a slot;  kPieces      ──►    ... the cell has the ticket: the slot is
//   free
//
// Segment 0 is the hot one: a page of cells, then slots of one piece each. They are so few and used
// again so soon that they stay in the cache both processors share.

/// Segment 0: cells, then slots.
inline constexpr size_t kCellPageBytes = 4096;
inline constexpr size_t kNumCells = kCellPageBytes / sizeof(uint32_t);
inline constexpr size_t kSlotBytes = size_t{256} << 10;
inline constexpr size_t kNumSlots = 16;
inline constexpr size_t kHotSegmentBytes = kCellPageBytes + kNumSlots * kSlotBytes;

/// What a receiver maps of one peer at most. Stops a peer that fills our address space.
inline constexpr size_t kMaxSegments = 64;
inline constexpr size_t kMaxArenaBytes = size_t{512} << 20;

/// Content of `kSegment`; the header names the segment.
struct SegmentRecord {
  uint64_t num_bytes = 0;
};

/// A run of a body. After copying it out, the receiver stores `ticket` in cell `cell`, unless that
/// is `kNoCell`. May be empty, then it only frees.
struct PieceRecord {
  uint32_t segment = 0;
  uint32_t num_bytes = 0;
  uint64_t offset = 0;
  uint32_t cell = 0;
  uint32_t ticket = 0;
};
inline constexpr uint32_t kNoCell = ~uint32_t{0};

/// Content of `kLarge`: this, the pieces, the tail. What is missing of the body follows in
/// `kPieces`, whose content is pieces alone. Frames of any other kind, and large frames that are
/// complete in one record, may come in between; a second incomplete one may not.
struct LargeRecord {
  uint32_t num_body_bytes = 0;
  uint32_t num_pieces = 0;
};

/// Content of `kSealed`: this, the prefix, the suffix. The body is the prefix, then `num_bytes` at
/// `offset` of the memfd, then the suffix. The receiver maps the memfd privately and puts prefix
/// and suffix into place there, so the memfd must have room for both.
struct SealedRecord {
  uint64_t offset = 0;
  uint32_t num_bytes = 0;
  uint32_t num_prefix_bytes = 0;
  uint32_t num_suffix_bytes = 0;
  uint32_t reserved = 0;
};

}  // namespace ferrule::transport
