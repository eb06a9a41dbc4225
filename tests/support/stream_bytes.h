// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ferrule::test {

/// The byte at a place of a test's stream; no two runs of a few bytes are alike.
inline uint8_t stream_byte(uint64_t place) {
  return static_cast<uint8_t>((place * 0x9e3779b97f4a7c15U) >> 41U);
}

inline void fill_stream(uint64_t place, std::span<uint8_t> bytes) {
  for (uint8_t& byte : bytes) byte = stream_byte(place++);
}

inline bool is_stream(uint64_t place, std::span<const uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [&place](uint8_t byte) { return byte == stream_byte(place++); });
}

}  // namespace ferrule::test
