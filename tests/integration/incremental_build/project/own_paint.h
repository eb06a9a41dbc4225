// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace own {

struct Paint {
  uint32_t value = 0;
  friend bool operator==(const Paint&, const Paint&) = default;
};

}  // namespace own
