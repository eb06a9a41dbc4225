// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ferrule::platform {

/// How many descriptors this process may have open (the soft RLIMIT_NOFILE). Thread-safe.
uint64_t max_open_descriptors() noexcept;

}  // namespace ferrule::platform
