// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <sys/uio.h>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::platform {

/// One sendmsg(2) or recvmsg(2) on a stream socket, with the descriptors that ride along. Never
/// blocks, never raises SIGPIPE, repeats when a signal interrupts. Thread-safe.

/// The most descriptors one sendmsg(2) takes (SCM_MAX_FD of the kernel).
inline constexpr size_t kMaxSendDescriptors = 253;

/// The most pieces one sendmsg(2) gathers (IOV_MAX of Linux).
inline constexpr size_t kMaxGatherPieces = 1024;

/// What one call moved. `num_bytes` 0 without `would_block` is, when receiving, the end of the
/// stream.
struct SocketTransfer {
  size_t num_bytes = 0;
  bool would_block = false;
};

/// Sends from `pieces` (at most `kMaxGatherPieces`, not all empty) as much as the socket takes now.
/// The descriptors go with the first byte: if any byte went, all of them did. They are borrowed.
Result<SocketTransfer> send_with_descriptors(const UniqueFd& socket, std::span<const iovec> pieces,
                                             std::span<const UniqueFd> descriptors);

/// Receives into `bytes`, which is not empty, and appends what descriptors came along. One call
/// ends after the bytes that carried descriptors, even if there is more to read. Descriptors that
/// got lost on the way (this process may open no more) are an error, and those that did arrive are
/// closed.
Result<SocketTransfer> receive_with_descriptors(const UniqueFd& socket, std::span<uint8_t> bytes,
                                                std::vector<UniqueFd>& descriptors);

}  // namespace ferrule::platform
