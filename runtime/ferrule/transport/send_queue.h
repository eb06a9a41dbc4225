// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <sys/uio.h>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/transport/frame.h"
#include "ferrule/transport/frame_header.h"
#include "ferrule/transport/transport_counters.h"

namespace ferrule::transport {

/// A frame with its header: in front of the body if there is room, else beside it. Or a pack: small
/// frames with their headers, one behind the other, that were copied together.
class OutgoingFrame {
 public:
  OutgoingFrame(FrameKind kind, uint64_t segment, Frame frame);
  /// An empty pack. Copying a small frame costs less than a piece of its own does in sendmsg(2).
  static OutgoingFrame make_pack();

  size_t num_bytes() const noexcept { return num_bytes_; }
  std::span<const UniqueFd> descriptors() const noexcept { return frame_.descriptors; }

  /// Whether it may go into a pack: it is small and has no descriptors.
  bool is_packable() const noexcept;
  /// Copies such a frame into this one; false if this is no pack, or a full one.
  bool pack(const OutgoingFrame& frame);

  static constexpr size_t kMaxPieces = 3;
  /// Writes the pieces after the first `num_skipped` bytes to `out`; returns how many there are.
  size_t gather(size_t num_skipped, std::span<iovec> out) const;

 private:
  OutgoingFrame() = default;

  Frame frame_;  // of a pack the tail only
  size_t num_bytes_ = 0;
  bool is_header_in_body_ = true;
  bool is_pack_ = false;
  std::array<uint8_t, kFrameHeaderBytes> header_{};
};

/// The frames that wait for a stream socket, and how far the first of them got. Many frames leave
/// in one sendmsg(2); one with descriptors begins its own, because that is how the receiver knows
/// whose they are.
///
/// Not thread-safe: its owner's lock protects it.
class SendQueue {
 public:
  bool is_empty() const noexcept { return frames_.empty(); }
  /// What came since it was empty.
  size_t num_frames() const noexcept { return num_frames_; }
  /// What waits, in bytes.
  size_t num_bytes() const noexcept { return num_bytes_; }

  void push(OutgoingFrame frame);

  /// For an empty queue: sends `frame` at once, from where it is; what the socket does not take is
  /// moved to the queue. False if that happened.
  Result<bool> send_or_push(const UniqueFd& socket, OutgoingFrame& frame);

  /// Sends until nothing is left (true) or the socket is full (false). What was sent is moved to
  /// `sent`, so that the owner can let it go outside its lock.
  Result<bool> flush(const UniqueFd& socket, std::vector<OutgoingFrame>& sent);

  /// Everything that waits, for the owner to let go.
  std::deque<OutgoingFrame> take_all();

  uint64_t num_calls() const noexcept { return num_calls_.value(); }
  uint64_t num_bytes_sent() const noexcept { return num_bytes_sent_.value(); }
  uint64_t num_descriptors_sent() const noexcept { return num_descriptors_sent_.value(); }

 private:
  /// What goes into one call.
  struct Batch {
    size_t num_pieces = 0;
    size_t num_bytes = 0;
  };
  Batch gather_batch(std::span<iovec> pieces) const;
  void drop_sent(size_t num_bytes, std::vector<OutgoingFrame>& sent);
  Result<size_t> send_pieces(const UniqueFd& socket, std::span<const iovec> pieces,
                             std::span<const UniqueFd> descriptors, bool& is_full);

  std::deque<OutgoingFrame> frames_;
  size_t first_sent_ = 0;  // bytes of the first frame that are gone
  size_t num_bytes_ = 0;
  size_t num_frames_ = 0;

  Counter num_calls_;
  Counter num_bytes_sent_;
  Counter num_descriptors_sent_;
};

}  // namespace ferrule::transport
