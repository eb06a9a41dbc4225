// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "ferrule/base/memory.h"
#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::platform {

/// How a mapping relates to the memory behind it.
enum class MappingKind {
  kSharedReadWrite,  ///< both processes see each other's writes
  kSharedReadOnly,   ///< we see the peer's writes; writing kills this process
  kImmutable,        ///< sealed memory, which `inspect_memfd` called immutable
  kPrivate,          ///< the same, and writing to it copies the page: nobody else sees that
};

struct MappingOptions {
  MappingKind kind = MappingKind::kSharedReadWrite;
  /// Enter all pages now instead of one by one when they are touched.
  bool is_populated = false;
};

/// The first `num_bytes` of `memfd` as a `Memory`; unmapped when its last user goes. The descriptor
/// is borrowed and may be closed afterwards. Map no more than `inspect_memfd` found, and only what
/// it called fixed in size: reading beyond the end, or where a peer shortened it, is SIGBUS.
Result<MemoryRef> map_memfd(const UniqueFd& memfd, size_t num_bytes, const MappingOptions& options);

/// A header of `header_bytes` and behind it the rest of the first `num_bytes` of `memfd`, twice in
/// a row: so every run of bytes of a ring, wherever it begins, is in one piece. All sizes are whole
/// pages, and `num_bytes` is what `inspect_memfd` found and called fixed in size. Readable and
/// writable, shared with the peer.
Result<MemoryRef> map_ring(const UniqueFd& memfd, size_t header_bytes, size_t num_bytes);

/// Zeroed memory of this process alone, in huge pages where the system has some to give: for blocks
/// of megabytes that are used again and again. Unmapped when its last user goes.
Result<MemoryRef> map_anonymous(size_t num_bytes);

/// The size of a page of memory, in bytes.
size_t page_bytes() noexcept;

}  // namespace ferrule::platform
