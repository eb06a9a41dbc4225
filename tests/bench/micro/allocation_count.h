// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace ferrule::bench::micro {

/// How often this program asked for memory so far, by malloc or calloc, whoever asked.
size_t num_allocations();

}  // namespace ferrule::bench::micro
