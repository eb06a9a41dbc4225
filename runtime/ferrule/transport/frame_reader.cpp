// SPDX-License-Identifier: Apache-2.0
// One recvmsg fills the rest of a block; the frames in it are handed out as windows, so nothing is
// copied, and the block lives as long as the last of them. When all of them are gone the block is
// used again from its start. Only a frame that does not fit the rest of its block moves: what has
// arrived of it is copied, at most one block, into a new block or, if it is larger, one of its own.
//
// Which descriptors belong to which frame? They are sent with the first byte of their frame, and
// one recvmsg ends after bytes that carried descriptors. So when a header is complete, the
// descriptors it announces are here and are the oldest ones here; too few is a lie, and so is one
// left over.
#include "ferrule/transport/frame_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ferrule/platform/socket_message.h"

namespace ferrule::transport {
namespace {

// Less room than this in a block is not worth a system call.
constexpr size_t kLeastRoomBytes = 4096;

}  // namespace

Result<FrameReader::ReceiveStatus> FrameReader::receive(const UniqueFd& socket) {
  make_room();
  const size_t room = block_->size() - end_;
  const size_t descriptors_before = descriptors_.size();
  num_calls_.add(1);
  Result<platform::SocketTransfer> transfer =
      platform::receive_with_descriptors(socket, {block_->data() + end_, room}, descriptors_);
  if (!transfer) return std::move(transfer).error();
  if (transfer->would_block) return ReceiveStatus::kNothing;
  if (transfer->num_bytes == 0) return ReceiveStatus::kEnd;
  end_ += transfer->num_bytes;
  num_bytes_.add(transfer->num_bytes);
  num_descriptors_.add(descriptors_.size() - descriptors_before);
  // A peer that sends one byte at a time could pile them up before its first header is complete.
  if (descriptors_.size() > platform::kMaxSendDescriptors) {
    return broken_rule("DESCRIPTOR_COUNT_MISMATCH", "descriptors without a frame");
  }
  return transfer->num_bytes == room ? ReceiveStatus::kMoreLikely : ReceiveStatus::kDrained;
}

void FrameReader::make_room() {
  if (begin_ == end_) {
    if (!block_ || block_->size() != kBlockBytes || !block_->has_one_user()) {
      if (block_ && block_->size() == kBlockBytes && kBlockBytes - end_ >= kLeastRoomBytes) return;
      block_ = allocate_heap_memory(kBlockBytes);
    }
    begin_ = end_ = 0;
    return;
  }
  const size_t wanted = header_ ? kFrameHeaderBytes + header_->num_bytes : kFrameHeaderBytes;
  if (wanted > block_->size() - begin_) move_to_block(std::max(wanted, kBlockBytes));
}

void FrameReader::move_to_block(size_t num_bytes) {
  MemoryRef block = allocate_heap_memory(num_bytes);
  std::memcpy(block->data(), block_->data() + begin_, end_ - begin_);
  block_ = std::move(block);
  end_ -= begin_;
  begin_ = 0;
}

Result<std::optional<ReceivedFrame>> FrameReader::next() {
  if (!header_) {
    if (end_ - begin_ < kFrameHeaderBytes) {
      if (begin_ == end_ && !descriptors_.empty()) {
        return broken_rule("DESCRIPTOR_COUNT_MISMATCH", "descriptors without a frame");
      }
      return std::optional<ReceivedFrame>();
    }
    Result<void> read = read_header();
    if (!read) return std::move(read).error();
  }
  const size_t content = begin_ + kFrameHeaderBytes;
  if (end_ < content || end_ - content < header_->num_bytes) return std::optional<ReceivedFrame>();
  begin_ = content + header_->num_bytes;
  ReceivedFrame frame{*header_, Buffer(block_, content, begin_),
                      std::exchange(frame_descriptors_, {})};
  header_.reset();
  // A block of a large frame's own would stay alive with us until the next frame comes.
  if (block_->size() != kBlockBytes) {
    block_ = {};
    begin_ = end_ = 0;
  }
  return std::optional<ReceivedFrame>(std::move(frame));
}

Result<void> FrameReader::read_header() {
  Result<FrameHeader> header =
      read_frame_header({block_->data() + begin_, kFrameHeaderBytes}, max_frame_bytes_);
  if (!header) return std::move(header).error();
  header_ = *header;
  return take_descriptors();
}

Result<void> FrameReader::take_descriptors() {
  const size_t count = header_->num_descriptors;
  if (count > descriptors_.size()) {
    return broken_rule("DESCRIPTOR_COUNT_MISMATCH", "fewer descriptors came than announced");
  }
  const auto end = descriptors_.begin() + static_cast<std::ptrdiff_t>(count);
  frame_descriptors_.assign(std::move_iterator(descriptors_.begin()), std::move_iterator(end));
  descriptors_.erase(descriptors_.begin(), end);
  // What is left must belong to a frame that begins further on, in the same read.
  const size_t frame_end = begin_ + kFrameHeaderBytes + header_->num_bytes;
  if (!descriptors_.empty() && end_ <= frame_end) {
    return broken_rule("DESCRIPTOR_COUNT_MISMATCH", "more descriptors came than announced");
  }
  return {};
}

}  // namespace ferrule::transport
