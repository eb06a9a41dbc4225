// SPDX-License-Identifier: Apache-2.0
#include "bench/micro/allocation_count.h"

#include <atomic>

// Stands before the C library's functions and calls them by their other names. Cap'n Proto asks
// calloc, so counting `operator new` would flatter it.

namespace {

// Not initialised by code: the first call is before main.
constinit std::atomic<size_t> num_calls = 0;

}  // namespace

extern "C" {
void* __libc_malloc(size_t num_bytes);
void* __libc_calloc(size_t count, size_t num_bytes);

void* malloc(size_t num_bytes) {
  num_calls.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(num_bytes);
}
void* calloc(size_t count, size_t num_bytes) {
  num_calls.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, num_bytes);
}
}

namespace ferrule::bench::micro {

size_t num_allocations() { return num_calls.load(std::memory_order_relaxed); }

}  // namespace ferrule::bench::micro
