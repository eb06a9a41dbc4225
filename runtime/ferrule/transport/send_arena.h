// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "ferrule/base/memory.h"
#include "ferrule/base/mutex.h"
#include "ferrule/transport/large_frame.h"
#include "ferrule/transport/region_space.h"
#include "ferrule/transport/socket_channel.h"

namespace ferrule::transport {

/// Memory of this end that the peer can read: regions, which messages are encoded into, and slots,
/// through which byte arrays pass in pieces. The peer says what it has copied out, in cells of a
/// shared page; nothing is believed about it but which of our own pieces may be used again, and a
/// peer that lies there only spoils what it receives.
///
/// Thread-safe. Owned by its transport and by every region in use.
class SendArena : public std::enable_shared_from_this<SendArena> {
 public:
  explicit SendArena(size_t max_bytes) : max_bytes_(max_bytes) {}

  /// Memory of `num_bytes`, or null if the arena is full. A new segment is announced on `channel`.
  MemoryRef allocate(size_t num_bytes, SocketChannel& channel);

  /// True if `memory` is a region of this arena.
  bool owns(const MemoryRef& memory) const noexcept;
  /// Where `num_bytes` at `offset` of such a region stand, for the peer; without a cell.
  PieceRecord piece_of(const MemoryRef& region, size_t offset, size_t num_bytes) const noexcept;
  /// Keeps such a region until the peer stored the ticket of the returned, empty piece. None if too
  /// many are in use.
  std::optional<PieceRecord> keep_until_released(MemoryRef region);

  struct Slot {
    uint8_t* bytes = nullptr;
    PieceRecord piece;  ///< where they are; `num_bytes` is for the caller to set
  };
  /// `kSlotBytes` to fill, hand over, and announce. None if the peer is behind with the others.
  std::optional<Slot> take_slot();
  /// The slot is filled: from now on it is free as soon as the peer stored the ticket. Not before,
  /// or a peer that lies could make two threads write to one slot.
  void hand_over(const Slot& slot);

  /// Lets go of everything that the peer did not release: it is gone.
  void close();

 private:
  class Region;
  struct Segment {
    uint32_t id;
    MemoryRef memory;
    RegionSpace space;
  };
  struct Kept {
    uint32_t cell;
    uint32_t ticket;
    MemoryRef region;
  };

  bool make_hot_segment(SocketChannel& channel);
  bool make_segment(size_t num_bytes, SocketChannel& channel);
  std::vector<uint32_t> drop_unused_segments();
  MemoryRef take_region(size_t num_bytes);
  void give_back(Segment& segment, size_t offset, size_t num_bytes);
  std::vector<MemoryRef> reclaim_locked();
  bool has_ticket(uint32_t cell, uint32_t ticket) const noexcept;

  const size_t max_bytes_;

  mutable Mutex mutex_;
  bool is_closed_ = false;
  bool is_hot_begun_ = false;
  MemoryRef hot_;                                   // null until segment 0 is announced
  std::vector<std::shared_ptr<Segment>> segments_;  // shared with the regions in them
  uint32_t next_segment_ = 1;
  size_t num_bytes_ = 0;  // of all segments, those in the making included
  std::array<bool, kNumSlots> is_being_filled_{};
  std::array<uint32_t, kNumCells> tickets_{};  // the last one given out for each cell
  std::vector<uint32_t> free_cells_;
  std::vector<Kept> kept_;
};

}  // namespace ferrule::transport
