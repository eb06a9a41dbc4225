// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>

#include "ferrule/wire/traits.h"
#include "ferrule/shared_memory.idl.h"
#include "ferrule/types/shared_memory.h"

namespace ferrule::types {

template <class Plain, class Region>
struct RegionTraits {
  static constexpr std::string_view kRule =
      "SHARED_MEMORY_RIGHTS: the memory is not of this kind or size";
  static Plain shape(const Region& /*region*/) { return {}; }
  static Plain to_plain(Region&& region) {
    const size_t num_bytes = region.size();
    return {.memory = region.take_memory(), .num_bytes = num_bytes};
  }
  static bool read(Plain plain, Region& out) {
    auto region = Region::adopt(std::move(plain.memory), plain.num_bytes);
    if (region) out = *std::move(region);
    return region.ok();
  }
};

}  // namespace ferrule::types

template <>
struct ferrule::MappingTraits<ferrule::ReadOnlySharedMemoryRegion>
    : ferrule::types::RegionTraits<ferrule::common::ReadOnlySharedMemoryRegion,
                                   ferrule::ReadOnlySharedMemoryRegion> {};

template <>
struct ferrule::MappingTraits<ferrule::WritableSharedMemoryRegion>
    : ferrule::types::RegionTraits<ferrule::common::WritableSharedMemoryRegion,
                                   ferrule::WritableSharedMemoryRegion> {};

template <>
struct ferrule::MappingTraits<ferrule::UnsafeSharedMemoryRegion>
    : ferrule::types::RegionTraits<ferrule::common::UnsafeSharedMemoryRegion,
                                   ferrule::UnsafeSharedMemoryRegion> {};
