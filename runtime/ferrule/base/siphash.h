// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ferrule {

/// SipHash-2-4 of one 64-bit word: a keyed 64-bit code that cannot be computed, or told from
/// random, without the key. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF",
/// 2012.
uint64_t siphash24(uint64_t key0, uint64_t key1, uint64_t word) noexcept;

}  // namespace ferrule
