// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "ferrule/base/buffer.h"
#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/transport/frame_header.h"
#include "ferrule/transport/transport_counters.h"

namespace ferrule::transport {

/// What one frame header announced, complete.
struct ReceivedFrame {
  FrameHeader header;
  Buffer content;
  std::vector<UniqueFd> descriptors;
};

/// Cuts the bytes of a stream socket into frames. One `receive` is one recvmsg(2), after which
/// `next` gives the frames that are complete, as windows of the block they were received into.
///
/// Not thread-safe. After an error it must not be used again.
class FrameReader {
 public:
  /// Where small frames gather: as much as one recvmsg takes in.
  static constexpr size_t kBlockBytes = size_t{64} << 10;

  explicit FrameReader(size_t max_frame_bytes) : max_frame_bytes_(max_frame_bytes) {}

  enum class ReceiveStatus {
    kDrained,     ///< took what there was: wait before receiving again
    kMoreLikely,  ///< filled all the room there was
    kNothing,     ///< there was nothing
    kEnd,         ///< the peer closed
  };
  Result<ReceiveStatus> receive(const UniqueFd& socket);

  /// The next complete frame; none if the rest must be received first.
  Result<std::optional<ReceivedFrame>> next();

  /// True if a frame has begun to arrive and is not complete.
  bool is_inside_frame() const noexcept { return begin_ != end_; }

  uint64_t num_calls() const noexcept { return num_calls_.value(); }
  uint64_t num_bytes() const noexcept { return num_bytes_.value(); }
  uint64_t num_descriptors() const noexcept { return num_descriptors_.value(); }

 private:
  void make_room();
  void move_to_block(size_t num_bytes);
  Result<void> read_header();
  Result<void> take_descriptors();

  const size_t max_frame_bytes_;
  // Bytes [begin_, end_) of the block are received and not yet handed out: at most one frame of
  // them once `next` has said none.
  MemoryRef block_;
  size_t begin_ = 0;
  size_t end_ = 0;
  // Of the frame at `begin_`, as soon as its header is complete.
  std::optional<FrameHeader> header_;
  std::vector<UniqueFd> frame_descriptors_;
  // Arrived, and their frame's header is not complete.
  std::vector<UniqueFd> descriptors_;

  Counter num_calls_;
  Counter num_bytes_;
  Counter num_descriptors_;
};

}  // namespace ferrule::transport
