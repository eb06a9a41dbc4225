// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "ferrule/base/unique_fd.h"

#include "picture/failure.h"

namespace picture {

/// Decodes the PNG or JPEG in `file`, from its beginning, wherever its offset stands. Takes regular
/// files only: a pipe could keep the decoder waiting for ever. Whatever the file holds, the answer
/// is a bitmap or a failure, and limits.h says what it may cost. What the file is called plays no
/// part; its first bytes decide.
Decoded decode_file(const ferrule::UniqueFd& file);

/// The same for bytes in memory.
Decoded decode_bytes(std::span<const uint8_t> bytes);

}  // namespace picture
