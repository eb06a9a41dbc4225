// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/control_message.h"

#include "ferrule/base/check.h"
#include "ferrule/wire/received_header.h"

namespace ferrule::wire {

bool check_control_request(Decoder& decoder, const MessageHeader& header) {
  const MessageKind kind = kind_of(header);
  const bool is_known = kind == MessageKind::kPipe ? header.name == kRunOrClosePipeName
                                                   : kind != MessageKind::kMethod;
  if (!is_known) {
    return decoder.fail(ValidationError::kMessageHeaderUnknownMethod, kMessageNameOffset);
  }
  return is_request_for(header.flags, kind == MessageKind::kRun) ||
         decoder.fail(ValidationError::kMessageHeaderInvalidFlags, kMessageFlagsOffset);
}

bool check_control_answer(Decoder& decoder, const MessageHeader& header) {
  if (!is_answer(header.flags)) {
    return decoder.fail(ValidationError::kMessageHeaderInvalidFlags, kMessageFlagsOffset);
  }
  return kind_of(header) == MessageKind::kRun ||
         decoder.fail(ValidationError::kMessageHeaderUnknownMethod, kMessageNameOffset);
}

MessageHeader control_header(MessageKind kind, uint32_t interface_id, uint64_t request_id) {
  FERRULE_CHECK(kind != MessageKind::kMethod);
  MessageHeader header;
  header.interface_id = kind == MessageKind::kPipe ? kInvalidInterfaceId : interface_id;
  header.name = kind == MessageKind::kRun ? kRunName : kRunOrClosePipeName;
  if (kind == MessageKind::kRun) {
    header.flags = kExpectsResponse;
    header.request_id = request_id;
  }
  return header;
}

MessageHeader control_answer_header(const MessageHeader& request) {
  MessageHeader header =
      control_header(MessageKind::kRun, request.interface_id, request.request_id);
  header.flags = kIsResponse | (request.flags & kIsSync);
  return header;
}

}  // namespace ferrule::wire
