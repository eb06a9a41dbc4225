// SPDX-License-Identifier: Apache-2.0
// Who may use a region again? Two must agree: everybody here who holds the memory, which is a count
// as with all memory, and the peer. So a region on its way is held by one user more, `kept_`, until
// its ticket appears in its cell. Nobody waits for tickets; they are looked at when space is asked
// for.
//
// A segment must be announced before the first piece of it, and the socket is not written under our
// lock. So it is made and announced first, and becomes usable afterwards.
#include "ferrule/transport/send_arena.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"

namespace ferrule::transport {
namespace {

// Small messages share a segment.
constexpr size_t kLeastSegmentBytes = size_t{4} << 20;
constexpr size_t kPageBytes = 4096;

// Slot i is released in cell i; regions use the cells behind.
constexpr uint32_t kFirstRegionCell = kNumSlots;

constexpr size_t round_up_to_page(size_t num_bytes) {
  return (num_bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

struct NewSegment {
  UniqueFd memfd;
  MemoryRef memory;
};

Result<NewSegment> create_segment(size_t num_bytes) {
  Result<UniqueFd> memfd = platform::create_memfd("ferrule-arena", num_bytes);
  if (!memfd) return std::move(memfd).error();
  Result<void> sealed = platform::seal_memfd(*memfd, platform::Seals::kFixedSize);
  if (!sealed) return std::move(sealed).error();
  Result<MemoryRef> memory = platform::map_memfd(*memfd, num_bytes, {});
  if (!memory) return std::move(memory).error();
  return NewSegment{*std::move(memfd), *std::move(memory)};
}

void announce(SocketChannel& channel, uint32_t id, NewSegment& segment) {
  const SegmentRecord record{segment.memory->size()};
  Frame frame;
  frame.tail.resize(sizeof(record));
  std::memcpy(frame.tail.data(), &record, sizeof(record));
  frame.descriptors.push_back(std::move(segment.memfd));
  channel.send(FrameKind::kSegment, id, std::move(frame));
}

}  // namespace

/// A part of a segment that a message is encoded into. Keeps the arena alive.
class SendArena::Region final : public Memory {
 public:
  Region(std::shared_ptr<SendArena> arena, std::shared_ptr<Segment> segment, size_t offset,
         size_t num_bytes)
      : Memory(segment->memory->data() + offset, num_bytes, MemoryKind::kShared),
        arena_(std::move(arena)),
        segment_(std::move(segment)),
        offset_(offset) {}

  const SendArena* arena() const noexcept { return arena_.get(); }
  uint32_t segment_id() const noexcept { return segment_->id; }
  size_t offset() const noexcept { return offset_; }

 private:
  ~Region() override = default;

  void destroy() noexcept override {
    arena_->give_back(*segment_, offset_, size());
    delete this;
  }

  const std::shared_ptr<SendArena> arena_;
  const std::shared_ptr<Segment> segment_;
  const size_t offset_;
};

MemoryRef SendArena::allocate(size_t num_bytes, SocketChannel& channel) {
  const size_t size = round_up_to_page(num_bytes);
  if (size > max_bytes_ || !make_hot_segment(channel)) return {};
  MemoryRef region = take_region(size);
  if (region) return region;
  if (!make_segment(size, channel)) return {};
  return take_region(size);
}

MemoryRef SendArena::take_region(size_t num_bytes) {
  std::vector<MemoryRef> released;
  {
    MutexLock lock(mutex_);
    released = reclaim_locked();
  }
  released.clear();  // gives their regions back, each under the lock
  MutexLock lock(mutex_);
  for (const std::shared_ptr<Segment>& segment : segments_) {
    if (std::optional<size_t> offset = segment->space.take(num_bytes)) {
      return MemoryRef::adopt(new Region(shared_from_this(), segment, *offset, num_bytes));
    }
  }
  return {};
}

void SendArena::give_back(Segment& segment, size_t offset, size_t num_bytes) {
  MutexLock lock(mutex_);
  segment.space.give_back(offset, num_bytes);
}

bool SendArena::make_hot_segment(SocketChannel& channel) {
  {
    MutexLock lock(mutex_);
    if (is_closed_) return false;
    if (is_hot_begun_) return static_cast<bool>(hot_);
    is_hot_begun_ = true;
  }
  Result<NewSegment> segment = create_segment(kHotSegmentBytes);
  // Not tried again: large frames then go through the socket or in memfds of their own.
  if (!segment) return false;
  announce(channel, 0, *segment);
  MutexLock lock(mutex_);
  hot_ = std::move(segment->memory);
  for (uint32_t cell = kNumCells; cell-- > kFirstRegionCell;) free_cells_.push_back(cell);
  return true;
}

bool SendArena::make_segment(size_t num_bytes, SocketChannel& channel) {
  std::vector<uint32_t> dropped;
  uint32_t id = 0;
  {
    MutexLock lock(mutex_);
    // Segments that became too small for what is sent now make room for one that is not.
    if (num_bytes_ + num_bytes > max_bytes_ || segments_.size() + 2 >= kMaxSegments) {
      dropped = drop_unused_segments();
    }
    if (num_bytes_ + num_bytes <= max_bytes_ && segments_.size() + 2 < kMaxSegments) {
      num_bytes = std::clamp(kLeastSegmentBytes, num_bytes, max_bytes_ - num_bytes_);
      num_bytes_ += num_bytes;
      id = next_segment_++;
    }
  }
  for (uint32_t each : dropped) channel.send(FrameKind::kDropSegment, each, Frame());
  if (id == 0) return false;
  Result<NewSegment> segment = create_segment(num_bytes);
  if (segment) announce(channel, id, *segment);
  MutexLock lock(mutex_);
  if (!segment) {
    num_bytes_ -= num_bytes;
    return false;
  }
  segments_.push_back(
      std::make_shared<Segment>(Segment{id, std::move(segment->memory), RegionSpace(num_bytes)}));
  return true;
}

std::vector<uint32_t> SendArena::drop_unused_segments() {
  std::vector<uint32_t> dropped;
  std::erase_if(segments_, [&](const std::shared_ptr<Segment>& segment) {
    if (!segment->space.is_unused()) return false;
    num_bytes_ -= segment->space.num_bytes();
    dropped.push_back(segment->id);
    return true;
  });
  return dropped;
}

bool SendArena::owns(const MemoryRef& memory) const noexcept {
  const auto* region = dynamic_cast<const Region*>(memory.get());
  return region != nullptr && region->arena() == this;
}

PieceRecord SendArena::piece_of(const MemoryRef& region, size_t offset,
                                size_t num_bytes) const noexcept {
  const auto* place = static_cast<const Region*>(region.get());
  return {place->segment_id(), static_cast<uint32_t>(num_bytes), place->offset() + offset, kNoCell,
          0};
}

std::optional<PieceRecord> SendArena::keep_until_released(MemoryRef region) {
  std::vector<MemoryRef> released;  // let go after the lock
  MutexLock lock(mutex_);
  if (is_closed_) return std::nullopt;
  if (free_cells_.empty()) released = reclaim_locked();
  if (free_cells_.empty()) return std::nullopt;
  const uint32_t cell = free_cells_.back();
  free_cells_.pop_back();
  const uint32_t ticket = ++tickets_[cell];
  kept_.push_back({cell, ticket, std::move(region)});
  return PieceRecord{0, 0, 0, cell, ticket};
}

std::optional<SendArena::Slot> SendArena::take_slot() {
  MutexLock lock(mutex_);
  if (!hot_) return std::nullopt;
  for (uint32_t slot = 0; slot < kNumSlots; ++slot) {
    // Before its first use both are 0.
    if (is_being_filled_[slot] || !has_ticket(slot, tickets_[slot])) continue;
    is_being_filled_[slot] = true;
    const size_t offset = kCellPageBytes + slot * kSlotBytes;
    return Slot{hot_->data() + offset, PieceRecord{0, 0, offset, slot, ++tickets_[slot]}};
  }
  return std::nullopt;
}

void SendArena::hand_over(const Slot& slot) {
  MutexLock lock(mutex_);
  is_being_filled_[slot.piece.cell] = false;
}

std::vector<MemoryRef> SendArena::reclaim_locked() {
  std::vector<MemoryRef> released;
  std::erase_if(kept_, [&](Kept& kept) {
    if (!has_ticket(kept.cell, kept.ticket)) return false;
    free_cells_.push_back(kept.cell);
    released.push_back(std::move(kept.region));
    return true;
  });
  return released;
}

bool SendArena::has_ticket(uint32_t cell, uint32_t ticket) const noexcept {
  auto* cells = reinterpret_cast<uint32_t*>(hot_->data());
  // What the peer read of the piece, it read before it stored the ticket.
  return std::atomic_ref<uint32_t>(cells[cell]).load(std::memory_order_acquire) == ticket;
}

void SendArena::close() {
  std::vector<Kept> kept;
  MutexLock lock(mutex_);
  is_closed_ = true;
  kept.swap(kept_);
}

}  // namespace ferrule::transport
