// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ferrule/wire/encoder.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/wire/size_counter.h"
#include "ferrule/wire/wire_limits.h"
#include "ferrule/bindings/endpoint.h"

namespace ferrule::bindings {

/// A message that generated code is about to write: its header, and where its memory comes from. A
/// value; borrows the endpoint for the call.
class OutgoingMessage {
 public:
  OutgoingMessage(Endpoint& endpoint, const wire::MessageHeader& header) noexcept
      : endpoint_(endpoint), header_(header) {}
  /// Written on any thread, to be sent on that of the endpoint: the heap serves, and associated
  /// ends cannot be in it.
  static OutgoingMessage anywhere(Endpoint& endpoint, const wire::MessageHeader& header) noexcept {
    OutgoingMessage message(endpoint, header);
    message.is_anywhere_ = true;
    return message;
  }

  /// Memory of the right size, with the header written.
  wire::Encoder begin(const wire::SizeCounter& counter) const {
    if (counter.num_bytes() > wire::kMaxMessageBytes - wire::kMessageHeaderBytes) {
      return wire::Encoder::refused(
          Error(Errc::kMessageTooLarge, "the message would be larger than 256 MiB"));
    }
    const size_t num_bytes = wire::kMessageHeaderBytes + counter.num_bytes();
    if (is_anywhere_) return {Buffer::allocate(num_bytes), header_};
    wire::Encoder encoder(endpoint_.allocate(num_bytes), header_);
    encoder.set_interface_ends(&endpoint_.interface_ends());
    return encoder;
  }

 private:
  Endpoint& endpoint_;
  wire::MessageHeader header_;
  bool is_anywhere_ = false;
};

}  // namespace ferrule::bindings
