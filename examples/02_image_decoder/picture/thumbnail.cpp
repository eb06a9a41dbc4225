// SPDX-License-Identifier: Apache-2.0
#include "picture/thumbnail.h"

#include <algorithm>
#include <array>

namespace picture {
namespace {

/// Pixels [begin, end) of one axis of the picture, never empty.
struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// What pixel `index` of `small` stands for out of `large`.
Range range_of(uint32_t index, uint32_t small, uint32_t large) {
  const auto edge = [small, large](uint64_t i) { return static_cast<uint32_t>(i * large / small); };
  return {edge(index), edge(uint64_t{index} + 1)};
}

uint32_t scaled(uint32_t side, uint32_t longest, uint32_t longest_side) {
  const auto result = static_cast<uint32_t>(uint64_t{side} * longest_side / longest);
  return std::max(result, 1U);
}

// Colour counts as much as it is opaque: the colour of a transparent pixel is nobody's business.
std::array<uint8_t, 4> mean_of(const BitmapView& picture, Range columns, Range rows) {
  std::array<uint64_t, 3> colour{};
  uint64_t alpha = 0;
  for (uint32_t y = rows.begin; y < rows.end; ++y) {
    const uint8_t* pixel = &picture.rgba[(size_t{y} * picture.width + columns.begin) * 4];
    for (uint32_t x = columns.begin; x < columns.end; ++x, pixel += 4) {
      for (size_t i = 0; i < colour.size(); ++i) colour[i] += uint64_t{pixel[i]} * pixel[3];
      alpha += pixel[3];
    }
  }
  if (alpha == 0) return {};
  const uint64_t count = uint64_t{columns.end - columns.begin} * (rows.end - rows.begin);
  const auto mean = [](uint64_t sum, uint64_t weight) {
    return static_cast<uint8_t>((sum + weight / 2) / weight);
  };
  return {mean(colour[0], alpha), mean(colour[1], alpha), mean(colour[2], alpha),
          mean(alpha, count)};
}

}  // namespace

Bitmap make_thumbnail(const BitmapView& picture, uint32_t longest_side) {
  const uint32_t longest = std::max(picture.width, picture.height);
  const uint32_t target = std::min(longest, longest_side);
  Bitmap small{scaled(picture.width, longest, target), scaled(picture.height, longest, target), {}};
  small.rgba.reserve(size_t{small.width} * small.height * kBytesPerPixel);
  for (uint32_t y = 0; y < small.height; ++y) {
    const Range rows = range_of(y, small.height, picture.height);
    for (uint32_t x = 0; x < small.width; ++x) {
      const auto pixel = mean_of(picture, range_of(x, small.width, picture.width), rows);
      small.rgba.insert(small.rgba.end(), pixel.begin(), pixel.end());
    }
  }
  return small;
}

}  // namespace picture
