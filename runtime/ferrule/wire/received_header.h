// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ferrule/wire/interface_id_list.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/wire/validation_error.h"

namespace ferrule::wire {

/// The checked header of a received message and where the rest of it lies. Borrows the message.
///
///   ReceivedHeader header;
///   DecodeFailure failure;
///   if (!read_message_header(message.buffer().bytes(), header, failure)) return
///   bad_message(failure); Decoder decoder(message.buffer(), header.payload_offset,
///   header.payload_end, message.handles(),
///                   header.interface_ids);
struct ReceivedHeader {
  /// As it was sent; what its version does not have is 0. Its pointers mean nothing any more.
  MessageHeader fields;
  size_t payload_offset = 0;
  size_t payload_end = 0;
  InterfaceIdList interface_ids;

  bool expects_response() const noexcept { return (fields.flags & kExpectsResponse) != 0; }
  bool is_response() const noexcept { return (fields.flags & kIsResponse) != 0; }
};

/// Checks all of a message that comes before its parameters: size and version of the header, flags
/// that contradict each other, the payload pointer, the list of interface ids. Any bytes may be
/// given. False with the rule that is broken.
bool read_message_header(std::span<const uint8_t> message, ReceivedHeader& out,
                         DecodeFailure& failure);

/// Where the flags stand, for who reports that they do not fit the method.
inline constexpr size_t kMessageFlagsOffset = offsetof(MessageHeader, flags);
inline constexpr size_t kMessageNameOffset = offsetof(MessageHeader, name);

/// True if a request with these flags fits a method with or without a response. Ask after it is
/// known that the method exists; else MESSAGE_HEADER_INVALID_FLAGS.
constexpr bool is_request_for(uint32_t flags, bool method_has_response) noexcept {
  return (flags & kIsResponse) == 0 && ((flags & kExpectsResponse) != 0) == method_has_response;
}

/// True if the flags are those of an answer. Ask first, before looking for the method.
constexpr bool is_answer(uint32_t flags) noexcept {
  return (flags & kIsResponse) != 0 && (flags & kExpectsResponse) == 0;
}

}  // namespace ferrule::wire
