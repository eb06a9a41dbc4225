// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::platform {

/// Anonymous memory with a descriptor, which can be passed to another process and mapped there.
/// Seals are promises that the kernel keeps for us: nobody, the maker included, can break or remove
/// them. All functions are thread-safe.

enum class Seals {
  /// Nobody can change the size; more promises can be made later.
  kFixedSizeSoFar,
  /// Nobody can change the size. Without this promise a peer can shrink the memory under our
  /// mapping, and the next read kills us with SIGBUS.
  kFixedSize,
  /// Beside that nobody can write or map it for writing any more, but through mappings that are
  /// there already.
  kReadOnly,
  /// Nobody can change size or bytes, ever.
  kImmutable,
};

/// New memory of `num_bytes` zeros, close-on-exec, sealable. Its pages do not exist yet.
Result<UniqueFd> create_memfd(const char* name, size_t num_bytes);

/// Makes the pages exist, all at once: a third of the price of touching them one by one.
Result<void> allocate_pages(const UniqueFd& memfd, size_t num_bytes);

/// Writes all of `bytes` at `offset`.
Result<void> write_memfd(const UniqueFd& memfd, size_t offset, std::span<const uint8_t> bytes);

/// Makes the promise, and but for `kFixedSizeSoFar` the last one. `kImmutable` needs that no
/// writable mapping is left.
Result<void> seal_memfd(const UniqueFd& memfd, Seals seals);

/// Memory that this program was started with, under its number. Takes ownership, and makes it
/// close-on-exec. An error if there is no such descriptor or it is something else, which then is
/// left alone.
Result<UniqueFd> adopt_inherited_memory(int number);

/// What a descriptor from a peer turned out to be.
struct MemfdStatus {
  size_t num_bytes = 0;
  /// Bytes that have pages. A peer may offer gigabytes of nothing for free and let the reader pay.
  size_t num_allocated_bytes = 0;
  bool is_fixed_size = false;
  bool is_immutable = false;
  bool is_read_only = false;  ///< no new writers; immutable memory is that, too
  bool is_final = false;      ///< no promises can be added
};

/// Looks at memory that a peer sent. Fails for everything that cannot be a memfd: files on disks,
/// sockets, pipes, huge page memory (whose page faults may kill). A file on a tmpfs passes for one
/// without seals; so ask for `is_fixed_size` at least.
Result<MemfdStatus> inspect_memfd(const UniqueFd& memfd);

}  // namespace ferrule::platform
