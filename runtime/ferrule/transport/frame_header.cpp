// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/frame_header.h"

#include <cstring>
#include <string>

namespace ferrule::transport {
namespace {

struct WireHeader {
  uint32_t num_bytes;
  uint16_t num_descriptors;
  uint8_t kind;
  uint8_t reserved;
  uint64_t segment;
};
static_assert(sizeof(WireHeader) == kFrameHeaderBytes);

// A large frame in a sealed memfd has one descriptor more than the user sent.
constexpr size_t most_descriptors(FrameKind kind) {
  switch (kind) {
    case FrameKind::kInline:
    case FrameKind::kLarge:
      return kMaxFrameDescriptors;
    case FrameKind::kSealed:
      return kMaxFrameDescriptors + 1;
    case FrameKind::kSegment:
      return 1;
    case FrameKind::kDropSegment:
    case FrameKind::kPieces:
      return 0;
  }
  return 0;
}

constexpr size_t fewest_descriptors(FrameKind kind) {
  return kind == FrameKind::kSegment || kind == FrameKind::kSealed ? 1 : 0;
}

constexpr bool names_segment(FrameKind kind) {
  return kind == FrameKind::kSegment || kind == FrameKind::kDropSegment;
}

}  // namespace

void write_frame_header(const FrameHeader& header, std::span<uint8_t> out) {
  const WireHeader wire{header.num_bytes, header.num_descriptors, static_cast<uint8_t>(header.kind),
                        0, header.segment};
  std::memcpy(out.data(), &wire, sizeof(wire));
}

Result<FrameHeader> read_frame_header(std::span<const uint8_t> bytes, size_t max_num_bytes) {
  WireHeader wire;
  std::memcpy(&wire, bytes.data(), sizeof(wire));
  if (wire.kind < static_cast<uint8_t>(FrameKind::kInline) ||
      wire.kind > static_cast<uint8_t>(FrameKind::kSealed)) {
    return broken_rule("FRAME_HEADER_INVALID", "unknown kind of frame");
  }
  const auto kind = static_cast<FrameKind>(wire.kind);
  if (wire.reserved != 0 || (!names_segment(kind) && wire.segment != 0)) {
    return broken_rule("FRAME_HEADER_INVALID", "a reserved field is not zero");
  }
  if (wire.num_bytes > max_num_bytes) {
    return broken_rule("FRAME_TOO_LARGE", "more bytes announced than a frame may have");
  }
  if (wire.num_descriptors < fewest_descriptors(kind) ||
      wire.num_descriptors > most_descriptors(kind)) {
    return broken_rule("DESCRIPTOR_COUNT_MISMATCH",
                       "not a number that this kind of frame may have");
  }
  return FrameHeader{wire.num_bytes, wire.num_descriptors, kind, wire.segment};
}

Error broken_rule(const char* rule, const char* what) {
  return {Errc::kBadMessage, std::string(rule) + ": " + what};
}

}  // namespace ferrule::transport
