// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace prefork {

/// A mapping of a whole memfd. Only what is sealed against shrinking is mapped, as whoever has a
/// descriptor of it could otherwise make its reader crash. Resource.
class SharedMemory {
 public:
  enum class Access { kRead, kWrite };
  /// `num_bytes` is what it must have at least.
  static ferrule::Result<std::shared_ptr<SharedMemory>> map(const ferrule::UniqueFd& memory,
                                                            Access access, size_t num_bytes);
  SharedMemory(void* bytes, size_t num_bytes) noexcept : bytes_(bytes), num_bytes_(num_bytes) {}
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();

  void* bytes() const noexcept { return bytes_; }
  size_t num_bytes() const noexcept { return num_bytes_; }

 private:
  void* const bytes_;
  const size_t num_bytes_;
};

/// What a worker counts. It writes, the master reads, also when the worker is dead.
struct Counters {
  std::atomic<uint64_t> num_closed{0};    ///< connections that it has done with
  std::atomic<uint64_t> num_answered{0};  ///< requests
};
static_assert(std::atomic<uint64_t>::is_always_lock_free);

/// Memory for counters, all zero.
ferrule::Result<ferrule::UniqueFd> make_counters();

/// What the workers are told, in memory that nobody can change: the master makes a new one instead.
struct Configuration {
  uint32_t number = 0;  ///< each is one more than that before
  std::string greeting{};
};
ferrule::Result<ferrule::UniqueFd> to_memory(const Configuration& configuration);
ferrule::Result<Configuration> from_memory(const ferrule::UniqueFd& memory);

}  // namespace prefork
