// SPDX-License-Identifier: Apache-2.0
#include "support/process_counts.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace ferrule::test {
namespace {

namespace fs = std::filesystem;

size_t count_entries(const char* folder) {
  const fs::directory_iterator entries(folder);
  return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

size_t count_mappings_with(const std::string& part) {
  std::ifstream maps("/proc/self/maps");
  size_t count = 0;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(part) != std::string::npos) ++count;
  }
  return count;
}

size_t count_children() {
  size_t count = 0;
  for (const fs::directory_entry& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream children(task.path() / "children");
    for (std::string id; children >> id;) ++count;
  }
  return count;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const ProcessCounts& counts) {
  return out << counts.num_descriptors << " descriptors, " << counts.num_memfd_mappings
             << " mapped memfds, " << counts.num_threads << " threads, " << counts.num_children
             << " children";
}

ProcessCounts count_process() {
  return {count_entries("/proc/self/fd"), count_mappings_with("/memfd:"),
          count_entries("/proc/self/task"), count_children()};
}

size_t count_mappings() { return count_mappings_with(""); }

}  // namespace ferrule::test
