// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/send_queue.h"

#include <algorithm>
#include <utility>

#include "ferrule/platform/socket_message.h"

namespace ferrule::transport {
namespace {

// Frames of one sendmsg(2): more gain nothing and cost stack.
constexpr size_t kMaxPiecesPerCall = 512;
static_assert(kMaxPiecesPerCall <= platform::kMaxGatherPieces);

constexpr size_t kPackBytes = size_t{16} << 10;
constexpr size_t kMaxPackedFrameBytes = 512;

}  // namespace

OutgoingFrame::OutgoingFrame(FrameKind kind, uint64_t segment, Frame frame)
    : frame_(std::move(frame)),
      num_bytes_(kFrameHeaderBytes + frame_.num_bytes()),
      is_header_in_body_(frame_.body.can_prepend(kFrameHeaderBytes)) {
  const FrameHeader header{static_cast<uint32_t>(frame_.num_bytes()),
                           static_cast<uint16_t>(frame_.descriptors.size()), kind, segment};
  write_frame_header(header, is_header_in_body_ ? frame_.body.prepend(kFrameHeaderBytes)
                                                : std::span<uint8_t>(header_));
}

OutgoingFrame OutgoingFrame::make_pack() {
  OutgoingFrame pack;
  pack.is_pack_ = true;
  pack.frame_.tail.reserve(kPackBytes);
  return pack;
}

bool OutgoingFrame::is_packable() const noexcept {
  return num_bytes_ <= kMaxPackedFrameBytes && frame_.descriptors.empty();
}

bool OutgoingFrame::pack(const OutgoingFrame& frame) {
  if (!is_pack_ || num_bytes_ + frame.num_bytes() > kPackBytes) return false;
  iovec pieces[kMaxPieces];
  const size_t count = frame.gather(0, pieces);
  std::vector<uint8_t>& packed = frame_.tail;
  for (size_t i = 0; i < count; ++i) {
    const auto* const begin = static_cast<const uint8_t*>(pieces[i].iov_base);
    packed.insert(packed.end(), begin, begin + pieces[i].iov_len);
  }
  num_bytes_ = packed.size();
  return true;
}

size_t OutgoingFrame::gather(size_t num_skipped, std::span<iovec> out) const {
  const std::span<const uint8_t> parts[kMaxPieces] = {
      is_header_in_body_ ? std::span<const uint8_t>() : header_, frame_.body.bytes(), frame_.tail};
  size_t count = 0;
  for (std::span<const uint8_t> part : parts) {
    const size_t skipped = std::min(num_skipped, part.size());
    num_skipped -= skipped;
    part = part.subspan(skipped);
    if (part.empty()) continue;
    out[count++] = {const_cast<uint8_t*>(part.data()), part.size()};
  }
  return count;
}

void SendQueue::push(OutgoingFrame frame) {
  num_bytes_ += frame.num_bytes();
  ++num_frames_;
  // The first goes as it is: mostly it is alone.
  if (!frames_.empty() && frame.is_packable()) {
    if (frames_.back().pack(frame)) return;
    frames_.push_back(OutgoingFrame::make_pack());
    frames_.back().pack(frame);
    return;
  }
  frames_.push_back(std::move(frame));
}

Result<bool> SendQueue::send_or_push(const UniqueFd& socket, OutgoingFrame& frame) {
  iovec pieces[OutgoingFrame::kMaxPieces];
  const size_t count = frame.gather(0, pieces);
  bool is_full = false;
  Result<size_t> sent = send_pieces(socket, {pieces, count}, frame.descriptors(), is_full);
  if (!sent) return std::move(sent).error();
  if (*sent == frame.num_bytes()) return true;
  first_sent_ = *sent;
  num_bytes_ = frame.num_bytes() - *sent;
  num_frames_ = 1;
  frames_.push_back(std::move(frame));
  return false;
}

Result<bool> SendQueue::flush(const UniqueFd& socket, std::vector<OutgoingFrame>& sent) {
  iovec pieces[kMaxPiecesPerCall];
  while (!frames_.empty()) {
    const Batch batch = gather_batch(pieces);
    // Descriptors left with the first byte.
    const std::span<const UniqueFd> descriptors =
        first_sent_ == 0 ? frames_.front().descriptors() : std::span<const UniqueFd>();
    bool is_full = false;
    Result<size_t> count = send_pieces(socket, {pieces, batch.num_pieces}, descriptors, is_full);
    if (!count) return std::move(count).error();
    drop_sent(*count, sent);
    // A short write means a full socket: asking again would only cost a call.
    if (is_full || *count < batch.num_bytes) return false;
  }
  return true;
}

SendQueue::Batch SendQueue::gather_batch(std::span<iovec> pieces) const {
  Batch batch;
  batch.num_pieces = frames_.front().gather(first_sent_, pieces);
  batch.num_bytes = frames_.front().num_bytes() - first_sent_;
  for (size_t i = 1; i < frames_.size(); ++i) {
    const bool has_room = batch.num_pieces + OutgoingFrame::kMaxPieces <= pieces.size();
    if (!has_room || !frames_[i].descriptors().empty()) break;
    batch.num_pieces += frames_[i].gather(0, pieces.subspan(batch.num_pieces));
    batch.num_bytes += frames_[i].num_bytes();
  }
  return batch;
}

void SendQueue::drop_sent(size_t num_bytes, std::vector<OutgoingFrame>& sent) {
  num_bytes_ -= num_bytes;
  first_sent_ += num_bytes;
  while (!frames_.empty() && first_sent_ >= frames_.front().num_bytes()) {
    first_sent_ -= frames_.front().num_bytes();
    sent.push_back(std::move(frames_.front()));
    frames_.pop_front();
  }
  if (frames_.empty()) num_frames_ = 0;
}

Result<size_t> SendQueue::send_pieces(const UniqueFd& socket, std::span<const iovec> pieces,
                                      std::span<const UniqueFd> descriptors, bool& is_full) {
  num_calls_.add(1);
  Result<platform::SocketTransfer> transfer =
      platform::send_with_descriptors(socket, pieces, descriptors);
  if (!transfer) return std::move(transfer).error();
  is_full = transfer->would_block;
  if (!is_full) num_descriptors_sent_.add(descriptors.size());
  num_bytes_sent_.add(transfer->num_bytes);
  return transfer->num_bytes;
}

std::deque<OutgoingFrame> SendQueue::take_all() {
  first_sent_ = 0;
  num_bytes_ = num_frames_ = 0;
  return std::exchange(frames_, {});
}

}  // namespace ferrule::transport
