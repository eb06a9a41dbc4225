// SPDX-License-Identifier: Apache-2.0
#include "ferrule/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace ferrule {

void check_failed(const char* file, int line, const char* message) noexcept {
  std::fprintf(stderr, "%s:%d: %s\n", file, line, message);
  std::abort();
}

}  // namespace ferrule
