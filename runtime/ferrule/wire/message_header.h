// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace ferrule::wire {

/// The header in front of every message, as laid out on the wire (docs/wire-format.md).
/// Little-endian. Version 3, the one we send; a receiver also meets shorter and longer ones.
struct MessageHeader {
  uint32_t num_bytes = 56;
  uint32_t version = 3;
  uint32_t interface_id = 0;
  uint32_t name = 0;
  uint32_t flags = 0;
  uint32_t trace_nonce = 0;
  uint64_t request_id = 0;             // since version 1
  uint64_t payload = 56 - 32;          // since version 2: distance from its own place
  uint64_t payload_interface_ids = 0;  // since version 2: distance, or 0 for none
  int64_t creation_timeticks_us = 0;   // since version 3; 0 says "not taken"
};
static_assert(sizeof(MessageHeader) == 56);

inline constexpr size_t kMessageHeaderBytes = sizeof(MessageHeader);

enum MessageFlag : uint32_t {
  kExpectsResponse = 1,
  kIsResponse = 2,
  kIsSync = 4,
  kNoInterrupt = 8,
  kUrgent = 16,
};

/// The interface id of the pipe itself; the others belong to associated interfaces.
inline constexpr uint32_t kPrimaryInterfaceId = 0;
inline constexpr uint32_t kInvalidInterfaceId = 0xffffffff;

/// Message names that are not methods but control messages.
inline constexpr uint32_t kRunName = 0xffffffff;
inline constexpr uint32_t kRunOrClosePipeName = 0xfffffffe;

}  // namespace ferrule::wire
