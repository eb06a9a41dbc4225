// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace ferrule {

/// A ring of a peer takes a few bytes of ours for each of its frames.
inline constexpr size_t kMaxSharedRingFrames = 1024;
/// All frames together, each rounded up to whole pages: address space of whoever receives a ring.
inline constexpr size_t kMaxSharedRingBytes = size_t{1} << 30;

}  // namespace ferrule
