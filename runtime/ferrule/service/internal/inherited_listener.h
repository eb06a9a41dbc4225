// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::service {

/// A socket that this program was started with and that listens already. Once each.
Result<UniqueFd> take_inherited_listener(const std::string& name);

}  // namespace ferrule::service
