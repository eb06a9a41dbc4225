// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <string>
#include <sys/types.h>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/process_setup.h"

namespace ferrule::platform {

/// A program to be started by a process that is a copy of this one until then.
struct ForkedChildPlan {
  const std::string& program;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  int* sources = nullptr;  ///< as `place_descriptors` takes them
  int num_sources = 0;
  bool dies_with_parent = false;
  ProcessSetup& setup;
};

struct ForkedChild {
  pid_t id = 0;
  UniqueFd descriptor;   ///< its pidfd
  Result<void> started;  ///< whether it became the program; if not, it has ended or will at once
};

/// Makes the process, and waits until it runs the program or gave up. Errors: of making it.
Result<ForkedChild> start_forked_child(const ForkedChildPlan& plan);

}  // namespace ferrule::platform
