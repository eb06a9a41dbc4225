// SPDX-License-Identifier: Apache-2.0
#include "ferrule/base/name128.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <pthread.h>
#include <span>
#include <sys/random.h>

#include "ferrule/base/check.h"

namespace ferrule {
namespace {

// A forked child must not draw the names its parent will draw: fork() bumps this and every thread's
// buffer is thrown away. Zeroed bytes of used names keep them out of a later memory disclosure.
std::atomic<uint32_t> fork_generation{0};
[[maybe_unused]] const int fork_hook = pthread_atfork(
    nullptr, nullptr, [] { fork_generation.fetch_add(1, std::memory_order_relaxed); });

void fill_from_kernel(std::span<uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    FERRULE_CHECK(count > 0);
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
}

struct RandomBuffer {
  std::array<uint8_t, 1024> bytes{};
  size_t next = sizeof(bytes);
  uint32_t generation = 0;

  Random128 take() {
    const uint32_t current = fork_generation.load(std::memory_order_relaxed);
    if (next + sizeof(Random128) > bytes.size() || generation != current) {
      fill_from_kernel(bytes);
      next = 0;
      generation = current;
    }
    Random128 result;
    std::memcpy(&result, bytes.data() + next, sizeof(result));
    std::memset(bytes.data() + next, 0, sizeof(result));
    next += sizeof(result);
    return result;
  }
};

}  // namespace

Random128 random128() {
  static thread_local RandomBuffer buffer;
  return buffer.take();
}

std::string to_hex(uint64_t high, uint64_t low) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(32, '0');
  for (size_t i = 0; i < 16; ++i) {
    text[15 - i] = kDigits[(high >> (4 * i)) & 15U];
    text[31 - i] = kDigits[(low >> (4 * i)) & 15U];
  }
  return text;
}

}  // namespace ferrule
