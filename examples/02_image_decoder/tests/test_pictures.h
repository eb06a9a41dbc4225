// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ferrule/base/unique_fd.h"

#include "picture/bitmap.h"

namespace picture {

/// Every pixel another colour, all opaque.
Bitmap make_gradient(uint32_t width, uint32_t height);

enum class JpegKind {
  kColour,
  kGrey,
  kCmyk,
  kProgressive,
  kManyScans,  ///< more scans than an honest file has
};

/// A JPEG file of a gradient.
std::vector<uint8_t> make_jpeg(uint32_t width, uint32_t height, JpegKind kind);

/// A PNG file of a gradient; then with another size in its header, rightly checksummed.
std::vector<uint8_t> make_png(uint32_t width, uint32_t height);
std::vector<uint8_t> make_lying_png(uint32_t width, uint32_t height);

/// A JPEG file that says it has this size.
std::vector<uint8_t> make_lying_jpeg(uint16_t width, uint16_t height);

/// A regular file with these bytes.
ferrule::UniqueFd make_file(std::span<const uint8_t> bytes);

}  // namespace picture
