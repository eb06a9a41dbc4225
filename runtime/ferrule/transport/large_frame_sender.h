// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "ferrule/base/memory.h"
#include "ferrule/transport/frame.h"
#include "ferrule/transport/sealed_memory.h"
#include "ferrule/transport/send_arena.h"
#include "ferrule/transport/socket_channel.h"
#include "ferrule/transport/socket_options.h"

namespace ferrule::transport {

/// Decides how a large body crosses, and sends what must pass through the socket for it:
///
/// 1. came in a sealed memfd: the memfd goes on;
/// 2. encoded into a region of our arena: its place is told, and byte arrays that the encoder left
///    undone pass through slots, one piece copied in while the peer copies out the one before;
/// 3. elsewhere in memory: all of it passes through slots;
/// 4. no room in the arena, because the peer is behind: a new sealed memfd;
/// 5. no memfd to be had: through the socket.
///
/// Thread-safe.
class LargeFrameSender {
 public:
  LargeFrameSender(SocketChannel& channel, const SocketOptions& options);
  ~LargeFrameSender();

  bool is_large(size_t num_bytes) const noexcept { return num_bytes >= large_frame_bytes_; }

  /// A region for a body of `num_bytes`, or heap memory if there is none.
  Buffer allocate(size_t num_bytes);
  void send(Frame frame);
  /// The peer will release nothing more. Frames disappear from now on.
  void close();

  uint64_t num_shared_bytes() const noexcept {
    return num_shared_bytes_.load(std::memory_order_relaxed);
  }

 private:
  class PieceWriter;

  PieceRecord copy_piece(std::span<const uint8_t> bytes, const MemoryRef& region, size_t offset);
  void send_sealed(Frame frame, SealedBody body);
  void send_in_place(Frame frame);
  void send_in_pieces(Frame frame, MemoryRef region);
  void send_otherwise(Frame frame);

  SocketChannel& channel_;
  const size_t large_frame_bytes_;
  const std::shared_ptr<SendArena> arena_;  // shared with the regions in use
  // One thread at a time sends a frame in several records; the others copy first.
  std::atomic_flag is_sending_pieces_;
  std::atomic<bool> is_closed_{false};
  std::atomic<uint64_t> num_shared_bytes_{0};
};

}  // namespace ferrule::transport
