// SPDX-License-Identifier: Apache-2.0
// Why slots, if the region has room for everything? A body of megabytes that is copied into a
// region goes to main memory and comes back from it on the other side. A slot that was emptied a
// moment ago is still in the cache that both processors share: half of the traffic is gone. Nobody
// waits for a slot, though: where the peer is behind, the piece goes to its own place in the
// region.
#include "ferrule/transport/large_frame_sender.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "ferrule/transport/body_runs.h"
#include "ferrule/transport/sealed_memory.h"

namespace ferrule::transport {
namespace {

template <class Record>
void append(std::vector<uint8_t>& bytes, const Record& record) {
  const auto* begin = reinterpret_cast<const uint8_t*>(&record);
  bytes.insert(bytes.end(), begin, begin + sizeof(record));
}

void append(std::vector<uint8_t>& bytes, const std::vector<uint8_t>& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

}  // namespace

/// Gathers pieces into records: one `kLarge`, then `kPieces`.
class LargeFrameSender::PieceWriter {
 public:
  PieceWriter(SocketChannel& channel, Frame& frame)
      : channel_(channel),
        num_body_bytes_(static_cast<uint32_t>(frame.body.size())),
        tail_(std::move(frame.tail)),
        descriptors_(std::move(frame.descriptors)) {}

  void add(const PieceRecord& piece) { pieces_.push_back(piece); }

  void flush(SocketChannel::Urgency urgency) {
    if (pieces_.empty()) return;
    Frame record;
    if (!is_begun_) {
      append(record.tail, LargeRecord{num_body_bytes_, static_cast<uint32_t>(pieces_.size())});
      record.descriptors = std::move(descriptors_);
    }
    for (const PieceRecord& piece : pieces_) append(record.tail, piece);
    pieces_.clear();
    if (!is_begun_) append(record.tail, tail_);
    const FrameKind kind = std::exchange(is_begun_, true) ? FrameKind::kPieces : FrameKind::kLarge;
    channel_.send(kind, 0, std::move(record), urgency);
  }

 private:
  SocketChannel& channel_;
  const uint32_t num_body_bytes_;
  const std::vector<uint8_t> tail_;
  std::vector<UniqueFd> descriptors_;
  std::vector<PieceRecord> pieces_;
  bool is_begun_ = false;
};

LargeFrameSender::LargeFrameSender(SocketChannel& channel, const SocketOptions& options)
    : channel_(channel),
      large_frame_bytes_(options.large_frame_bytes),
      arena_(std::make_shared<SendArena>(std::min(options.max_arena_bytes, kMaxArenaBytes / 2))) {}

LargeFrameSender::~LargeFrameSender() { close(); }

void LargeFrameSender::close() {
  is_closed_.store(true, std::memory_order_relaxed);
  arena_->close();
}

Buffer LargeFrameSender::allocate(size_t num_bytes) {
  MemoryRef region = arena_->allocate(kHeadroomBytes + num_bytes, channel_);
  if (!region) return Buffer::allocate(num_bytes);
  return {std::move(region), kHeadroomBytes, kHeadroomBytes + num_bytes};
}

void LargeFrameSender::send(Frame frame) {
  if (is_closed_.load(std::memory_order_relaxed)) return;
  if (std::optional<SealedBody> sealed = reuse_sealed_body(frame)) {
    return send_sealed(std::move(frame), *std::move(sealed));
  }
  if (arena_->owns(frame.body.memory())) {
    if (frame.body.deferred_copies().empty()) return send_in_place(std::move(frame));
    MemoryRef region = frame.body.memory();
    return send_in_pieces(std::move(frame), std::move(region));
  }
  // Only pieces for which no slot is free are written there.
  MemoryRef region = arena_->allocate(frame.body.size(), channel_);
  if (!region) return send_otherwise(std::move(frame));
  send_in_pieces(std::move(frame), std::move(region));
}

void LargeFrameSender::send_in_place(Frame frame) {
  const MemoryRef& region = frame.body.memory();
  PieceRecord piece = arena_->piece_of(region, frame.body.memory_offset(), frame.body.size());
  const std::optional<PieceRecord> release = arena_->keep_until_released(region);
  if (!release) return send_otherwise(std::move(frame));
  piece.cell = release->cell;
  piece.ticket = release->ticket;
  num_shared_bytes_.fetch_add(frame.body.size(), std::memory_order_relaxed);
  PieceWriter writer(channel_, frame);
  writer.add(piece);
  writer.flush(SocketChannel::Urgency::kNormal);
}

// `region` has the size of the body's memory if the body lies there, else that of the body.
void LargeFrameSender::send_in_pieces(Frame frame, MemoryRef region) {
  const bool is_own = region.get() == frame.body.memory().get();
  const size_t region_begin = is_own ? 0 : frame.body.memory_offset();
  const std::optional<PieceRecord> release = arena_->keep_until_released(region);
  if (!release) return send_otherwise(std::move(frame));
  num_shared_bytes_.fetch_add(frame.body.size(), std::memory_order_relaxed);
  const bool is_alone = !is_sending_pieces_.test_and_set(std::memory_order_acquire);
  PieceWriter writer(channel_, frame);
  for (const BodyRun& run : to_runs(frame.body)) {
    if (is_own && !run.is_deferred) {
      writer.add(arena_->piece_of(region, run.offset, run.bytes.size()));
      continue;
    }
    for (size_t done = 0; done < run.bytes.size();) {
      const std::span<const uint8_t> bytes =
          run.bytes.subspan(done, std::min(kSlotBytes, run.bytes.size() - done));
      if (is_alone && frame.body.size() > kSlotBytes)
        writer.flush(SocketChannel::Urgency::kImmediate);
      writer.add(copy_piece(bytes, region, run.offset - region_begin + done));
      done += bytes.size();
    }
  }
  writer.add(*release);
  writer.flush(SocketChannel::Urgency::kNormal);
  frame.body.mark_complete();
  if (is_alone) is_sending_pieces_.clear(std::memory_order_release);
}

PieceRecord LargeFrameSender::copy_piece(std::span<const uint8_t> bytes, const MemoryRef& region,
                                         size_t offset) {
  if (std::optional<SendArena::Slot> slot = arena_->take_slot()) {
    std::memcpy(slot->bytes, bytes.data(), bytes.size());
    arena_->hand_over(*slot);
    slot->piece.num_bytes = static_cast<uint32_t>(bytes.size());
    return slot->piece;
  }
  std::memcpy(region->data() + offset, bytes.data(), bytes.size());
  return arena_->piece_of(region, offset, bytes.size());
}

void LargeFrameSender::send_sealed(Frame frame, SealedBody body) {
  Frame record;
  append(record.tail, body.record);
  append(record.tail, body.prefix);
  append(record.tail, body.suffix);
  record.descriptors = std::move(frame.descriptors);
  record.descriptors.insert(record.descriptors.begin(), std::move(body.memfd));
  num_shared_bytes_.fetch_add(body.record.num_bytes, std::memory_order_relaxed);
  channel_.send(FrameKind::kSealed, 0, std::move(record));
}

void LargeFrameSender::send_otherwise(Frame frame) {
  Result<SealedBody> sealed = seal_body(frame);
  if (sealed) return send_sealed(std::move(frame), *std::move(sealed));
  frame.body.complete();
  channel_.send(FrameKind::kInline, 0, std::move(frame));
}

}  // namespace ferrule::transport
