// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace ferrule::programs {

/// What a process says that it has. Nobody else knows: ends of pipes are no things of the kernel's.
struct ShownCounts {
  uint64_t num_pipe_ends = 0;
  uint64_t num_links = 0;
};

/// Reads the page in which a launched program shows its status. Nothing if the process has none, or
/// this user may not look at it, as at one that must not be dumped.
std::optional<ShownCounts> read_shown_counts(pid_t process);

}  // namespace ferrule::programs
