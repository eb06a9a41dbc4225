// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "picture/failure.h"

namespace picture {

using EncodedPng = ferrule::Expected<std::vector<uint8_t>, Failure>;

/// The bitmap as the bytes of a PNG file, 8 bits RGBA.
EncodedPng encode_png(const Bitmap& bitmap);

}  // namespace picture
