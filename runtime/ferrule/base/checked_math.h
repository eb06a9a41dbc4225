// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

namespace ferrule {

/// a + b, or nothing where the true sum does not fit. For sizes that a peer chose.
inline std::optional<size_t> checked_add(size_t a, size_t b) noexcept {
  size_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

/// a * b, or nothing where the true product does not fit.
inline std::optional<size_t> checked_multiply(size_t a, size_t b) noexcept {
  size_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

/// The next multiple of 8 at or above `num_bytes`, which must be at most SIZE_MAX - 7.
constexpr size_t round_up_to_8(size_t num_bytes) noexcept { return (num_bytes + 7U) & ~size_t{7}; }

}  // namespace ferrule
