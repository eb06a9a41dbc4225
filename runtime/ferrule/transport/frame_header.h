// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ferrule/base/result.h"
#include "ferrule/transport/frame.h"

namespace ferrule::transport {

/// What follows a frame header. All but `kInline` serve large frames: see large_frame.h.
enum class FrameKind : uint8_t {
  kInline = 1,       ///< the frame itself
  kSegment = 2,      ///< a new piece of the sender's arena; its memfd comes along
  kDropSegment = 3,  ///< such a piece will not be used again
  kLarge = 4,        ///< a frame whose body lies in the sender's arena, all of it or its beginning
  kPieces = 5,       ///< more of such a body
  kSealed = 6,       ///< a frame whose body lies in a sealed memfd, which comes along
};

/// Stands in front of everything on the socket. Both ends run on one machine: numbers have its byte
/// order.
///
///   0               4               6       7       8                               16
///   +---------------+---------------+-------+-------+-------------------------------+-----------
///   |   num_bytes   |num_descriptors| kind  |   0   |            segment            | content
///   +---------------+---------------+-------+-------+-------------------------------+-----------
///
/// `num_bytes` counts the content: of an inline frame its body and, right behind, its tail. The
/// descriptors come with the first byte of the header. `segment` is 0 in the kinds that name none.
struct FrameHeader {
  uint32_t num_bytes = 0;
  uint16_t num_descriptors = 0;
  FrameKind kind = FrameKind::kInline;
  uint64_t segment = 0;
};

inline constexpr size_t kFrameHeaderBytes = 16;
static_assert(kFrameHeaderBytes == kFrameHeadroomBytes);

/// Writes to the first `kFrameHeaderBytes` of `out`.
void write_frame_header(const FrameHeader& header, std::span<uint8_t> out);

/// Reads the first `kFrameHeaderBytes` of `bytes`, which come from the peer. What a broken rule is
/// called stands first in the error's message: FRAME_HEADER_INVALID, FRAME_TOO_LARGE,
/// DESCRIPTOR_COUNT_MISMATCH.
Result<FrameHeader> read_frame_header(std::span<const uint8_t> bytes, size_t max_num_bytes);

/// An error of `Errc::kBadMessage`: the peer broke `rule`, which is named in capitals.
Error broken_rule(const char* rule, const char* what);

}  // namespace ferrule::transport
