// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace ferrule::wire {

/// Bytes in front of the fields of a struct and of the elements of an array.
inline constexpr size_t kObjectHeaderBytes = 8;

/// A map: a header, a pointer to its keys, a pointer to its values.
inline constexpr uint32_t kMapBytes = 24;
inline constexpr size_t kMapKeysOffset = 8;
inline constexpr size_t kMapValuesOffset = 16;

/// A union: its size, its tag, and 8 bytes for the member that is set.
inline constexpr uint32_t kUnionBytes = 16;
inline constexpr size_t kUnionTagOffset = 4;
inline constexpr size_t kUnionDataOffset = 8;

/// How the elements of an array lie behind its header: first one bit for each, saying that it is
/// there, if they are nullable values; then the elements, of `element_bytes` each, or one bit each
/// where that is 0 (bool).
struct ArrayLayout {
  uint32_t element_bytes = 0;
  bool has_flags = false;

  static constexpr uint64_t bit_bytes(uint64_t num_bits) noexcept { return (num_bits + 7) / 8; }

  /// Distance of the first element from the end of the header.
  constexpr uint64_t elements_offset(uint64_t num_elements) const noexcept {
    if (!has_flags) return 0;
    const uint64_t alignment = element_bytes == 0 ? 1 : element_bytes;
    return (bit_bytes(num_elements) + alignment - 1) / alignment * alignment;
  }

  /// Of everything behind the header, not padded. Cannot overflow for 2^59 elements or fewer.
  constexpr uint64_t storage_bytes(uint64_t num_elements) const noexcept {
    return elements_offset(num_elements) +
           (element_bytes == 0 ? bit_bytes(num_elements) : num_elements * element_bytes);
  }
};

}  // namespace ferrule::wire
