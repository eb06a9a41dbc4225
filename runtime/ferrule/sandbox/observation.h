// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/sandbox/layer.h"

namespace ferrule::sandbox {

/// What can be seen of a layer from outside.
enum class Seen : uint8_t {
  kNo,
  kYes,
  kUnknown,  ///< the kernel does not show it, or not to this user
};

/// A process as the kernel shows it, beside one that is not confined (this one). Nothing in here
/// is what the process says of itself.
struct Observation {
  pid_t id = 0;
  pid_t parent_id = 0;
  std::string name{};                ///< of the program, 15 bytes at most
  std::string command{};             ///< the words it was started with
  uint64_t memory_bytes = 0;         ///< resident
  uint64_t shared_memory_bytes = 0;  ///< of these, shared
  size_t num_threads = 0;
  size_t num_sockets = 0;  ///< descriptors that are sockets; 0 where they are not shown
  PerLayer<Seen> layers{};
};

/// Looks at a process. Errors: it is gone.
Result<Observation> observe_process(pid_t id);

/// All processes below `root`, and itself: parents before children.
std::vector<Observation> observe_tree(pid_t root);

}  // namespace ferrule::sandbox
