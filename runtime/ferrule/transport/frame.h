// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "ferrule/base/buffer.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::transport {

/// What a transport carries from one process to another: some bytes and the descriptors that travel
/// with them. A value, move-only. The transport knows nothing of what the bytes mean.
///
/// When sent, `body` (headers and message, large or small) is followed by `tail`, a few bytes that
/// did not fit the body's memory; the receiver finds both in `body`, in one piece, and `tail`
/// empty.
struct Frame {
  Buffer body;
  std::vector<uint8_t> tail;
  std::vector<UniqueFd> descriptors;

  size_t num_bytes() const noexcept { return body.size() + tail.size(); }
};

/// Bytes that a transport may put in front of a frame's body, inside its headroom. Layers above
/// must leave that many free: of `kHeadroomBytes`, the rest is theirs.
inline constexpr size_t kFrameHeadroomBytes = 16;

/// The most descriptors one frame may carry. The kernel refuses more than 253 in one sendmsg(2); a
/// peer that claims more wants us to wait for ever. Some are kept free for shared memory.
inline constexpr size_t kMaxFrameDescriptors = 240;

}  // namespace ferrule::transport
