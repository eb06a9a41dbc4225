// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace ferrule::transport {

/// memcpy that writes past the caches: for bodies larger than they are, which would only push out
/// what others need, the source of the copy among it. The copy is complete on return.
void copy_past_caches(uint8_t* to, const uint8_t* from, size_t num_bytes) noexcept;

}  // namespace ferrule::transport
