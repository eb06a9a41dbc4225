// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "ferrule/base/memory.h"
#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/transport/frame.h"
#include "ferrule/transport/large_frame.h"

namespace ferrule::transport {

// Large bodies in memfds of their own, which nobody can change any more: slower to make than
// regions of an arena, because the kernel charges for every fresh page, but decoded where they are,
// kept as long as one likes, and passed on to the next process without a copy.

/// What to send for a sealed body.
struct SealedBody {
  SealedRecord record;
  std::vector<uint8_t> prefix;  ///< bytes in front of what the memfd holds
  std::vector<uint8_t> suffix;  ///< and behind
  UniqueFd memfd;
};

/// Writes `frame`'s body, what is owed of it, and its tail into a new sealed memfd. Leaves `frame`
/// as it is.
Result<SealedBody> seal_body(const Frame& frame);

/// If `frame`'s body lies in a memfd that was received: how to pass it on as it is. Headers in
/// front of it may have been written anew; everything behind its first page must be untouched.
std::optional<SealedBody> reuse_sealed_body(const Frame& frame);

/// A received sealed body, mapped. Checks that the memfd is immutable and holds what `record` says;
/// all errors are SEALED_MEMORY_INVALID. The mapping is private: headers may be written in front.
Result<Buffer> open_sealed_body(const SealedRecord& record, std::span<const uint8_t> prefix,
                                std::span<const uint8_t> suffix, UniqueFd memfd);

}  // namespace ferrule::transport
