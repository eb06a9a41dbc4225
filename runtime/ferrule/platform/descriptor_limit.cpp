// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/descriptor_limit.h"

#include <sys/resource.h>

namespace ferrule::platform {

uint64_t max_open_descriptors() noexcept {
  rlimit limit{};
  constexpr uint64_t kWhatPosixPromises = 20;
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : kWhatPosixPromises;
}

}  // namespace ferrule::platform
