// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "picture/failure.h"

namespace picture {

/// Decodes a JPEG, baseline or progressive, grey or colour. What libjpeg would paper over with grey
/// (a file that is cut off, data that is no JPEG) is a failure.
Decoded decode_jpeg(std::span<const uint8_t> bytes);

}  // namespace picture
