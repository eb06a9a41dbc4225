// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "ferrule/base/result.h"
#include "ferrule/transport/frame.h"
#include "ferrule/node/port_name.h"

namespace ferrule::node {

/// What a frame on a link holds behind its header.
enum class LinkFrameKind : uint16_t {
  kMessage =
      1,  ///< a user's message, then `num_tail_bytes` of encoded route records if pipes travel
  kControl = 2,  ///< an encoded ControlMessage; all other fields are zero
};

/// The node's own header in front of every frame. Little-endian, 32 bytes:
///
///      0      2      4              8                16                24                32
///      | kind | hops | tail bytes   | sequence       | port name, high | port name, low  |
///
/// `sequence` numbers the messages of one direction of one pipe. It lets them overtake each other
/// on the way; the receiving port puts them in order again. `num_hops` counts the proxies that a
/// message has passed, up to the largest number.
struct LinkHeader {
  LinkFrameKind kind = LinkFrameKind::kControl;
  uint16_t num_hops = 0;
  uint32_t num_tail_bytes = 0;
  uint64_t sequence = 0;
  PortName to;

  static constexpr size_t kNumBytes = 32;

  /// Puts the header in front of `body`, in place where its headroom allows it.
  void write_in_front_of(Buffer& body) const;
  /// Takes the header off the front of a received frame. On an error the message is the rule's
  /// name.
  static Result<LinkHeader> take_from(Buffer& body);
};
static_assert(LinkHeader::kNumBytes + transport::kFrameHeadroomBytes <= kHeadroomBytes);

}  // namespace ferrule::node
