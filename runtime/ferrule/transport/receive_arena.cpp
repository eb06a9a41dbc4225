// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/receive_arena.h"

#include <atomic>
#include <cstring>
#include <utility>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/transport/bulk_copy.h"
#include "ferrule/transport/frame_header.h"

namespace ferrule::transport {
namespace {

// A memfd that could shrink would kill us at the next read.
Result<void> check_memfd(const UniqueFd& memfd, size_t num_bytes) {
  Result<platform::MemfdStatus> status = platform::inspect_memfd(memfd);
  if (!status) return broken_rule("SEGMENT_INVALID", "the descriptor is no memfd");
  if (!status->is_fixed_size) return broken_rule("SEGMENT_INVALID", "its size is not sealed");
  if (status->num_bytes < num_bytes)
    return broken_rule("SEGMENT_INVALID", "shorter than announced");
  return {};
}

}  // namespace

Result<void> ReceiveArena::add(uint64_t id, size_t num_bytes, const UniqueFd& memfd) {
  if (id > UINT32_MAX || segments_.contains(static_cast<uint32_t>(id))) {
    return broken_rule("SEGMENT_INVALID", "announced twice");
  }
  if (num_bytes == 0 || num_bytes > kMaxArenaBytes - num_bytes_ ||
      segments_.size() == kMaxSegments) {
    return broken_rule("SEGMENT_INVALID", "the arena is larger than it may be");
  }
  if (id == 0 && num_bytes != kHotSegmentBytes) {
    return broken_rule("SEGMENT_INVALID", "segment 0 has one size only");
  }
  Result<void> checked = check_memfd(memfd, num_bytes);
  if (!checked) return checked;
  using platform::MappingKind;
  Result<MemoryRef> memory =
      platform::map_memfd(memfd, num_bytes, {.kind = MappingKind::kSharedReadOnly});
  if (!memory) return std::move(memory).error();
  if (id == 0) {
    Result<MemoryRef> cells = platform::map_memfd(memfd, kCellPageBytes, {});
    if (!cells) return broken_rule("SEGMENT_INVALID", "its cells cannot be written");
    cells_ = *std::move(cells);
  }
  num_bytes_ += num_bytes;
  segments_.emplace(static_cast<uint32_t>(id), *std::move(memory));
  return {};
}

Result<void> ReceiveArena::drop(uint64_t id) {
  const auto found =
      id == 0 || id > UINT32_MAX ? segments_.end() : segments_.find(static_cast<uint32_t>(id));
  if (found == segments_.end()) return broken_rule("SEGMENT_UNKNOWN", "cannot be dropped");
  num_bytes_ -= found->second->size();
  segments_.erase(found);
  return {};
}

Result<void> ReceiveArena::check(const PieceRecord& piece) const {
  if (piece.cell != kNoCell && (piece.cell >= kNumCells || !cells_)) {
    return broken_rule("CELL_INVALID", "a piece is to be released where there is no cell");
  }
  if (piece.num_bytes == 0) return {};
  const auto segment = segments_.find(piece.segment);
  if (segment == segments_.end()) return broken_rule("SEGMENT_UNKNOWN", "a piece lies in it");
  const size_t size = segment->second->size();
  if (piece.offset > size || piece.num_bytes > size - piece.offset) {
    return broken_rule("PIECE_OUT_OF_RANGE", "a piece ends behind its segment");
  }
  return {};
}

void ReceiveArena::copy_out(const PieceRecord& piece, uint8_t* to, bool past_caches) const {
  if (piece.num_bytes == 0) return;
  const uint8_t* from = segments_.find(piece.segment)->second->data() + piece.offset;
  if (past_caches) {
    copy_past_caches(to, from, piece.num_bytes);
  } else {
    std::memcpy(to, from, piece.num_bytes);
  }
}

void ReceiveArena::release(const PieceRecord& piece) const {
  if (piece.cell == kNoCell) return;
  auto* cells = reinterpret_cast<uint32_t*>(cells_->data());
  std::atomic_ref<uint32_t>(cells[piece.cell]).store(piece.ticket, std::memory_order_release);
}

}  // namespace ferrule::transport
