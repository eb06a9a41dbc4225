// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "picture/bitmap.h"

namespace picture {

/// A picture somebody else owns, as in `Bitmap`; `rgba` has exactly the bytes it needs.
struct BitmapView {
  uint32_t width = 0;
  uint32_t height = 0;
  std::span<const uint8_t> rgba;
};

/// The picture scaled down, never up, to fit into a square of `longest_side` pixels, sides in
/// proportion. Every pixel is the mean of the box of pixels it stands for, weighted by their alpha.
Bitmap make_thumbnail(const BitmapView& picture, uint32_t longest_side);

}  // namespace picture
