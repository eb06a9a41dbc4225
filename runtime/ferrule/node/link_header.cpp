// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/link_header.h"

#include <bit>
#include <cstring>

namespace ferrule::node {
namespace {

static_assert(std::endian::native == std::endian::little);

struct Layout {
  uint16_t kind;
  uint16_t num_hops;
  uint32_t num_tail_bytes;
  uint64_t sequence;
  uint64_t name_high;
  uint64_t name_low;
};
static_assert(sizeof(Layout) == LinkHeader::kNumBytes);

}  // namespace

void LinkHeader::write_in_front_of(Buffer& body) const {
  if (!body.can_prepend(kNumBytes + transport::kFrameHeadroomBytes)) {
    // A message that came sealed, or without room before it, and travels on.
    Buffer copy = Buffer::allocate(body.size());
    std::memcpy(copy.data(), body.data(), body.size());
    body = std::move(copy);
  }
  const Layout layout{
      static_cast<uint16_t>(kind), num_hops, num_tail_bytes, sequence, to.high, to.low};
  std::memcpy(body.prepend(kNumBytes).data(), &layout, kNumBytes);
}

Result<LinkHeader> LinkHeader::take_from(Buffer& body) {
  if (body.size() < kNumBytes) return Error(Errc::kBadMessage, "LINK_HEADER_TRUNCATED");
  Layout layout;
  std::memcpy(&layout, body.data(), kNumBytes);
  body.remove_prefix(kNumBytes);

  LinkHeader header{static_cast<LinkFrameKind>(layout.kind), layout.num_hops, layout.num_tail_bytes,
                    layout.sequence, PortName{layout.name_high, layout.name_low}};
  const bool is_control = header.kind == LinkFrameKind::kControl;
  if (!is_control && header.kind != LinkFrameKind::kMessage) {
    return Error(Errc::kBadMessage, "LINK_FRAME_KIND_UNKNOWN");
  }
  const bool has_extra_fields = layout.num_hops != 0 || layout.num_tail_bytes != 0 ||
                                layout.sequence != 0 || header.to.is_valid();
  if (is_control && has_extra_fields) {
    return Error(Errc::kBadMessage, "LINK_HEADER_FIELD_NOT_ZERO");
  }
  if (layout.num_tail_bytes > body.size()) {
    return Error(Errc::kBadMessage, "LINK_TAIL_TRUNCATED");
  }
  return header;
}

}  // namespace ferrule::node
