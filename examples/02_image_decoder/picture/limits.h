// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace picture {

// What one file may cost the process that decodes it. Every limit names the attack it stops.

/// The longest side. Stops a picture one pixel high and four thousand million wide.
inline constexpr uint32_t kMaxSide = 32'768;

/// The most pixels; as RGBA they are 240 MB and still fit into one message. Stops a file of a few
/// kilobytes that says it is a picture of a hundred gigabytes.
inline constexpr uint64_t kMaxPixels = 60'000'000;

/// The largest file that is read into memory.
inline constexpr size_t kMaxFileBytes = size_t{128} << 20;

/// What libjpeg may allocate beside the file and the bitmap; a progressive JPEG of `kMaxPixels`
/// keeps up to six bytes a pixel.
inline constexpr long kMaxJpegWorkBytes = 512L << 20;

/// The most scans of a progressive JPEG; honest ones have about ten. Each scan costs work for the
/// whole picture but only a few bytes of file: without a limit, a small file takes hours.
inline constexpr int kMaxJpegScans = 100;

inline bool is_allowed_size(uint64_t width, uint64_t height) {
  return width > 0 && height > 0 && width <= kMaxSide && height <= kMaxSide &&
         width * height <= kMaxPixels;
}

}  // namespace picture
