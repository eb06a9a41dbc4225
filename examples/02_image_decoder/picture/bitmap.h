// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace picture {

/// A decoded picture: rows from top to bottom without gaps, four bytes a pixel: red, green, blue,
/// alpha (not premultiplied).
struct Bitmap {
  uint32_t width = 0;
  uint32_t height = 0;
  std::vector<uint8_t> rgba;

  bool operator==(const Bitmap&) const = default;
};

inline constexpr uint32_t kBytesPerPixel = 4;

}  // namespace picture
