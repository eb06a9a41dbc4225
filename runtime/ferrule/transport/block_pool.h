// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "ferrule/base/memory.h"
#include "ferrule/base/mutex.h"

namespace ferrule::transport {

/// Private memory for large frames, used again and again: the kernel asks microseconds for every
/// fresh page. Blocks return by themselves when their last user goes, on any thread, also after the
/// connection that took them is gone. Thread-safe.
class BlockPool : public std::enable_shared_from_this<BlockPool> {
 public:
  /// Free blocks beyond `max_free_bytes` go back to the system.
  explicit BlockPool(size_t max_free_bytes) : max_free_bytes_(max_free_bytes) {}

  /// At least `num_bytes`, not initialised. Null if the system has no more.
  MemoryRef take(size_t num_bytes);

  size_t num_free_bytes() const;

 private:
  class Block;

  MemoryRef take_free(size_t num_bytes);
  void give_back(MemoryRef memory);

  const size_t max_free_bytes_;
  mutable Mutex mutex_;
  std::vector<MemoryRef> free_;
  size_t num_free_bytes_ = 0;
};

}  // namespace ferrule::transport
