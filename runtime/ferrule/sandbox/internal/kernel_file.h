// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ferrule/base/result.h"

namespace ferrule::sandbox {

/// Writes `text`, in one piece, to a file through which the kernel takes orders. Makes no files:
/// what the kernel does not offer is an error.
Result<void> write_kernel_file(const std::string& path, const std::string& text);

}  // namespace ferrule::sandbox
