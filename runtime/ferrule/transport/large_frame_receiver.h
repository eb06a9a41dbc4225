// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/transport/block_pool.h"
#include "ferrule/transport/frame.h"
#include "ferrule/transport/frame_reader.h"
#include "ferrule/transport/large_frame.h"
#include "ferrule/transport/receive_arena.h"
#include "ferrule/transport/socket_options.h"
#include "ferrule/transport/transport_counters.h"

namespace ferrule::transport {

/// Puts the bodies of large frames together from what the socket says about them. Everything that
/// comes here was written by the peer; an error names the rule it broke. I/O-bound.
class LargeFrameReceiver {
 public:
  explicit LargeFrameReceiver(const SocketOptions& options);

  /// Takes in a record of any kind but `kInline`. A frame if it is complete with it.
  Result<std::optional<Frame>> receive(ReceivedFrame record);

  /// Lets go of all that is shared or half received.
  void close();

  uint64_t num_shared_bytes() const noexcept { return num_shared_bytes_.value(); }

 private:
  /// A body that is being copied out.
  struct Assembly {
    Frame frame;
    size_t num_body_bytes = 0;
    size_t num_filled = 0;
  };

  Result<void> add_segment(ReceivedFrame& record);
  Result<std::optional<Frame>> receive_large(ReceivedFrame& record);
  Result<std::optional<Frame>> receive_pieces(ReceivedFrame& record);
  Result<std::optional<Frame>> receive_sealed(ReceivedFrame& record);
  Result<Assembly> begin(const LargeRecord& record, std::span<const uint8_t> tail);
  Result<void> add_pieces(Assembly& assembly, std::span<const uint8_t> pieces);

  const size_t max_frame_bytes_;
  const std::shared_ptr<BlockPool> pool_;  // shared with the blocks in use
  ReceiveArena arena_;
  std::optional<Assembly> open_;
  Counter num_shared_bytes_;
};

}  // namespace ferrule::transport
