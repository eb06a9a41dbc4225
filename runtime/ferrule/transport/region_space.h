// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>

namespace ferrule::transport {

/// Which parts of a segment are taken. The lowest fitting hole is taken first, so the same bytes
/// are used again while they are warm. Not thread-safe.
class RegionSpace {
 public:
  explicit RegionSpace(size_t num_bytes) : num_bytes_(num_bytes) { holes_[0] = num_bytes; }

  std::optional<size_t> take(size_t num_bytes);
  /// `offset` and `num_bytes` as of `take`.
  void give_back(size_t offset, size_t num_bytes);

  bool is_unused() const noexcept {
    return holes_.size() == 1 && holes_.begin()->second == num_bytes_;
  }
  size_t num_bytes() const noexcept { return num_bytes_; }

 private:
  const size_t num_bytes_;
  std::map<size_t, size_t> holes_;  // offset -> bytes; never two that touch
};

}  // namespace ferrule::transport
