// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "ferrule/base/unique_fd.h"

#include "picture/failure.h"

namespace picture {

using FileBytes = ferrule::Expected<std::vector<uint8_t>, Failure>;

/// All of a regular file of at most `kMaxFileBytes`. It is read, not mapped: whoever gave it to us
/// could cut it short under a mapping, and the next access would kill us.
FileBytes read_file(const ferrule::UniqueFd& file);

}  // namespace picture
