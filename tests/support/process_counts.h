// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <ostream>

namespace ferrule::test {

/// What this process holds of the kernel's. Taken before and after, it shows what was left behind.
struct ProcessCounts {
  size_t num_descriptors = 0;
  size_t num_memfd_mappings = 0;
  size_t num_threads = 0;
  size_t num_children = 0;  ///< those that ended and were not collected included

  friend bool operator==(const ProcessCounts&, const ProcessCounts&) = default;
};
std::ostream& operator<<(std::ostream& out, const ProcessCounts& counts);

ProcessCounts count_process();

/// Lines of /proc/self/maps. The heap makes and drops some of its own, so compare with a margin.
size_t count_mappings();

}  // namespace ferrule::test
