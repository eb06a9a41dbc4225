// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "picture/failure.h"

namespace picture {

/// Decodes a PNG of any colour type and depth.
Decoded decode_png(std::span<const uint8_t> bytes);

}  // namespace picture
