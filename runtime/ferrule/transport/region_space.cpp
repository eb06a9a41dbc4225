// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/region_space.h"

#include <algorithm>
#include <iterator>

#include "ferrule/base/check.h"

namespace ferrule::transport {

std::optional<size_t> RegionSpace::take(size_t num_bytes) {
  const auto hole = std::find_if(holes_.begin(), holes_.end(), [num_bytes](const auto& each) {
    return each.second >= num_bytes;
  });
  if (hole == holes_.end()) return std::nullopt;
  const auto [offset, size] = *hole;
  holes_.erase(hole);
  if (size > num_bytes) holes_[offset + num_bytes] = size - num_bytes;
  return offset;
}

void RegionSpace::give_back(size_t offset, size_t num_bytes) {
  auto next = holes_.lower_bound(offset);
  if (next != holes_.begin()) {
    const auto before = std::prev(next);
    FERRULE_CHECK(before->first + before->second <= offset);
    if (before->first + before->second == offset) {
      offset = before->first;
      num_bytes += before->second;
      holes_.erase(before);
    }
  }
  if (next != holes_.end()) {
    FERRULE_CHECK(offset + num_bytes <= next->first);
    if (offset + num_bytes == next->first) {
      num_bytes += next->second;
      holes_.erase(next);
    }
  }
  holes_[offset] = num_bytes;
}

}  // namespace ferrule::transport
