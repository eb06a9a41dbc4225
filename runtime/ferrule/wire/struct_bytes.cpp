// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/struct_bytes.h"

#include "ferrule/base/error.h"
#include "ferrule/wire/message.h"
#include "ferrule/wire/wire_limits.h"

namespace ferrule::wire {

Encoder begin_bytes(const SizeCounter& size) {
  if (size.num_bytes() > kMaxMessageBytes) {
    return Encoder::refused(Error(Errc::kMessageTooLarge, "the struct is above the limit"));
  }
  return Encoder::for_payload(Buffer::allocate(size.num_bytes()));
}

Result<Bytes> finish_bytes(Encoder encoder) {
  Result<Message> message = std::move(encoder).finish();
  if (!message) return std::move(message).error();
  if (!message->handles().empty()) {
    return Error(Errc::kInvalidArgument, "bytes alone cannot carry handles");
  }
  Buffer& buffer = message->buffer();
  buffer.complete();
  return Bytes(buffer.memory(), buffer.bytes());
}

Error bad_bytes(const DecodeFailure& failure) {
  return Error(Errc::kBadMessage, to_string(failure));
}

}  // namespace ferrule::wire
