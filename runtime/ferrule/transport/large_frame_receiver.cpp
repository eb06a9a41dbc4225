// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/large_frame_receiver.h"

#include <cstring>
#include <utility>

#include "ferrule/transport/frame_header.h"
#include "ferrule/transport/sealed_memory.h"

namespace ferrule::transport {
namespace {

// From this size on a body does not fit the caches anyway, and is copied past them.
constexpr size_t kPastCachesBytes = size_t{4} << 20;

template <class Record>
std::optional<Record> take_record(std::span<const uint8_t>& bytes) {
  if (bytes.size() < sizeof(Record)) return std::nullopt;
  Record record;
  std::memcpy(&record, bytes.data(), sizeof(record));
  bytes = bytes.subspan(sizeof(record));
  return record;
}

Error invalid_record() { return broken_rule("RECORD_INVALID", "its size does not fit its kind"); }

}  // namespace

LargeFrameReceiver::LargeFrameReceiver(const SocketOptions& options)
    : max_frame_bytes_(options.max_frame_bytes),
      pool_(std::make_shared<BlockPool>(options.max_pooled_bytes)) {}

Result<std::optional<Frame>> LargeFrameReceiver::receive(ReceivedFrame record) {
  Result<void> done;
  switch (record.header.kind) {
    case FrameKind::kSegment:
      done = add_segment(record);
      break;
    case FrameKind::kDropSegment:
      done = record.content.empty() ? arena_.drop(record.header.segment) : invalid_record();
      break;
    case FrameKind::kLarge:
      return receive_large(record);
    case FrameKind::kPieces:
      return receive_pieces(record);
    case FrameKind::kSealed:
      return receive_sealed(record);
    case FrameKind::kInline:
      break;
  }
  if (!done) return std::move(done).error();
  return std::optional<Frame>();
}

Result<void> LargeFrameReceiver::add_segment(ReceivedFrame& record) {
  std::span<const uint8_t> content = record.content.bytes();
  const std::optional<SegmentRecord> segment = take_record<SegmentRecord>(content);
  if (!segment || !content.empty()) return invalid_record();
  return arena_.add(record.header.segment, segment->num_bytes, record.descriptors.front());
}

Result<std::optional<Frame>> LargeFrameReceiver::receive_large(ReceivedFrame& record) {
  std::span<const uint8_t> content = record.content.bytes();
  const std::optional<LargeRecord> large = take_record<LargeRecord>(content);
  if (!large || large->num_pieces > content.size() / sizeof(PieceRecord)) return invalid_record();
  const size_t num_piece_bytes = large->num_pieces * sizeof(PieceRecord);
  Result<Assembly> assembly = begin(*large, content.subspan(num_piece_bytes));
  if (!assembly) return std::move(assembly).error();
  assembly->frame.descriptors = std::move(record.descriptors);
  Result<void> added = add_pieces(*assembly, content.first(num_piece_bytes));
  if (!added) return std::move(added).error();
  if (assembly->num_filled == assembly->num_body_bytes) {
    return std::optional<Frame>(std::move(assembly->frame));
  }
  if (open_) return broken_rule("LARGE_FRAME_OPEN", "another one is not complete yet");
  open_ = *std::move(assembly);
  return std::optional<Frame>();
}

Result<LargeFrameReceiver::Assembly> LargeFrameReceiver::begin(const LargeRecord& record,
                                                               std::span<const uint8_t> tail) {
  const size_t num_bytes = record.num_body_bytes + tail.size();
  if (num_bytes > max_frame_bytes_) {
    return broken_rule("FRAME_TOO_LARGE", "more bytes announced than a frame may have");
  }
  // The pages of a body that only was announced are never touched.
  MemoryRef memory = pool_->take(kHeadroomBytes + num_bytes);
  if (!memory) return Error(Errc::kResourceExhausted, "no memory for a large frame");
  Assembly assembly;
  assembly.frame.body = Buffer(std::move(memory), kHeadroomBytes, kHeadroomBytes + num_bytes);
  assembly.num_body_bytes = record.num_body_bytes;
  if (!tail.empty()) {
    std::memcpy(assembly.frame.body.data() + record.num_body_bytes, tail.data(), tail.size());
  }
  return assembly;
}

Result<void> LargeFrameReceiver::add_pieces(Assembly& assembly, std::span<const uint8_t> pieces) {
  const bool past_caches = assembly.num_body_bytes >= kPastCachesBytes;
  while (const std::optional<PieceRecord> piece = take_record<PieceRecord>(pieces)) {
    Result<void> checked = arena_.check(*piece);
    if (!checked) return checked;
    if (piece->num_bytes > assembly.num_body_bytes - assembly.num_filled) {
      return broken_rule("LARGE_FRAME_OVERFULL", "more pieces than the body has bytes");
    }
    arena_.copy_out(*piece, assembly.frame.body.data() + assembly.num_filled, past_caches);
    arena_.release(*piece);
    assembly.num_filled += piece->num_bytes;
    num_shared_bytes_.add(piece->num_bytes);
  }
  return {};
}

Result<std::optional<Frame>> LargeFrameReceiver::receive_pieces(ReceivedFrame& record) {
  if (!open_) return broken_rule("LARGE_FRAME_NOT_OPEN", "pieces of nothing");
  if (record.content.size() % sizeof(PieceRecord) != 0) return invalid_record();
  Result<void> added = add_pieces(*open_, record.content.bytes());
  if (!added) return std::move(added).error();
  if (open_->num_filled != open_->num_body_bytes) return std::optional<Frame>();
  std::optional<Assembly> complete = std::exchange(open_, std::nullopt);
  return std::optional<Frame>(std::move(complete->frame));
}

Result<std::optional<Frame>> LargeFrameReceiver::receive_sealed(ReceivedFrame& record) {
  std::span<const uint8_t> content = record.content.bytes();
  const std::optional<SealedRecord> sealed = take_record<SealedRecord>(content);
  if (!sealed || sealed->reserved != 0 || content.size() < sealed->num_prefix_bytes ||
      content.size() - sealed->num_prefix_bytes != sealed->num_suffix_bytes) {
    return invalid_record();
  }
  if (sealed->num_bytes + content.size() > max_frame_bytes_) {
    return broken_rule("FRAME_TOO_LARGE", "more bytes announced than a frame may have");
  }
  UniqueFd memfd = std::move(record.descriptors.front());
  record.descriptors.erase(record.descriptors.begin());
  Result<Buffer> body = open_sealed_body(*sealed, content.first(sealed->num_prefix_bytes),
                                         content.last(sealed->num_suffix_bytes), std::move(memfd));
  if (!body) return std::move(body).error();
  num_shared_bytes_.add(sealed->num_bytes);
  return std::optional<Frame>(Frame{*std::move(body), {}, std::move(record.descriptors)});
}

void LargeFrameReceiver::close() {
  open_.reset();
  arena_ = ReceiveArena();
}

}  // namespace ferrule::transport
