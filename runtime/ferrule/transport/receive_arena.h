// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "ferrule/base/memory.h"
#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/transport/large_frame.h"

namespace ferrule::transport {

/// The peer's arena as we see it: mapped segments, from which pieces are copied out. The peer may
/// write there at any time, so nothing is looked at in place. I/O-bound.
///
/// Every error is a broken rule: SEGMENT_INVALID, SEGMENT_UNKNOWN, PIECE_OUT_OF_RANGE,
/// CELL_INVALID.
class ReceiveArena {
 public:
  /// Maps `memfd` as segment `id`, after a look at its seals and its size.
  Result<void> add(uint64_t id, size_t num_bytes, const UniqueFd& memfd);
  Result<void> drop(uint64_t id);

  /// Whether `copy_out` and `release` can be called with `piece`.
  Result<void> check(const PieceRecord& piece) const;
  void copy_out(const PieceRecord& piece, uint8_t* to, bool past_caches) const;
  void release(const PieceRecord& piece) const;

 private:
  std::map<uint32_t, MemoryRef> segments_;  // read-only
  MemoryRef cells_;                         // the first page of segment 0, writable
  size_t num_bytes_ = 0;
};

}  // namespace ferrule::transport
