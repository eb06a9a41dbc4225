// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "ferrule/base/result.h"

namespace ferrule::sandbox {

/// An error if this process has a second thread, which a lock would not reach.
Result<void> check_single_thread();

/// An error if a descriptor is open that leads out of a sandbox; names the first.
Result<void> check_descriptors(std::span<const int> known_sockets);

}  // namespace ferrule::sandbox
