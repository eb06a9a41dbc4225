// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace ferrule {

/// What a data pipe holds at most. A peer that sends an end makes us map twice as much.
inline constexpr size_t kMaxDataPipeBytes = size_t{256} << 20;

}  // namespace ferrule
