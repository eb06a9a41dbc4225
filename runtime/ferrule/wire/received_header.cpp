// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/received_header.h"

#include <cstring>
#include <vector>

#include "ferrule/wire/decoder.h"
#include "ferrule/wire/wire_limits.h"

// The header is laid out as a struct with versions, and is checked as one, over the whole message
// and without handles. Then the payload has a Decoder of its own, which begins where the header
// says.

namespace ferrule::wire {
namespace {

constexpr StructVersion kHeaderVersions[] = {{0, 24}, {1, 32}, {2, 48}, {3, 56}};

uint32_t known_bytes(uint32_t version) {
  return version < 3 ? kHeaderVersions[version].num_bytes : uint32_t{kMessageHeaderBytes};
}

bool check_flags(Decoder& decoder, const MessageHeader& header) {
  const uint32_t answers = header.flags & (kExpectsResponse | kIsResponse);
  if (header.version == 0 && answers != 0) {
    return decoder.fail(ValidationError::kMessageHeaderMissingRequestId, kMessageFlagsOffset);
  }
  if (answers == (kExpectsResponse | kIsResponse)) {
    return decoder.fail(ValidationError::kMessageHeaderInvalidFlags, kMessageFlagsOffset);
  }
  return true;
}

bool read_payload_pointer(Decoder& decoder, ReceivedHeader& out) {
  constexpr size_t kAt = offsetof(MessageHeader, payload);
  return decoder.enter_pointer(kAt, out.payload_offset) &&
         decoder.claim_payload(out.payload_offset) && decoder.leave();
}

bool read_interface_ids(Decoder& decoder, ReceivedHeader& out) {
  constexpr size_t kAt = offsetof(MessageHeader, payload_interface_ids);
  if (decoder.is_null_pointer(kAt)) return true;
  size_t array = 0;
  ArrayExtent extent;
  if (!decoder.enter_pointer(kAt, array) ||
      !decoder.claim_array(array, {sizeof(uint32_t), false}, 0, extent)) {
    return false;
  }
  out.payload_end = array;
  out.interface_ids = {decoder.claimed_bytes(extent.at), extent.num_elements};
  for (size_t i = 0; i < out.interface_ids.size(); ++i) {
    const uint32_t id = out.interface_ids[i];
    if (id == kPrimaryInterfaceId || id == kInvalidInterfaceId) {
      return decoder.fail(ValidationError::kIllegalInterfaceId, extent.at + sizeof(id) * i);
    }
  }
  return decoder.leave();
}

bool read_header(Decoder& decoder, std::span<const uint8_t> message, ReceivedHeader& out) {
  uint32_t version = 0;
  if (!decoder.claim_struct(0, kHeaderVersions, version)) return false;
  out.fields = {};
  out.fields.payload = 0;
  std::memcpy(&out.fields, message.data(), known_bytes(version));
  out.payload_offset = out.fields.num_bytes;
  out.payload_end = message.size();
  out.interface_ids = {};
  if (!check_flags(decoder, out.fields)) return false;
  return version < 2 || (read_payload_pointer(decoder, out) && read_interface_ids(decoder, out));
}

}  // namespace

bool read_message_header(std::span<const uint8_t> message, ReceivedHeader& out,
                         DecodeFailure& failure) {
  std::vector<Handle> no_handles;
  Decoder decoder(message, no_handles);
  if (message.size() > kMaxMessageBytes) {
    decoder.refuse_value(0, "the message is above the limit");
  } else if (read_header(decoder, message, out)) {
    return true;
  }
  failure = decoder.failure();
  return false;
}

}  // namespace ferrule::wire
