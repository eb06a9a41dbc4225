// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

#include "ferrule/base/buffer.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/wire/message.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/wire/size_counter.h"

namespace ferrule::wire {

/// What a message is, judged by the interface id and the name in its header: a call of a method or
/// its answer, or something that every interface, or every pipe, understands.
enum class MessageKind : uint8_t {
  kMethod,
  /// A question about an interface, or its answer: `interface_control::RunParams`,
  /// `RunResponseParams`.
  kRun,
  /// An order to an interface: `interface_control::RunOrClosePipeParams`.
  kRunOrClosePipe,
  /// News about the interfaces of a pipe: `pipe_control::RunOrClosePipeParams`.
  kPipe,
};

/// Control messages are known by their name whatever methods the interface has, and messages to the
/// invalid interface id are always about the pipe.
constexpr MessageKind kind_of(const MessageHeader& header) noexcept {
  if (header.interface_id == kInvalidInterfaceId) return MessageKind::kPipe;
  if (header.name == kRunName) return MessageKind::kRun;
  if (header.name == kRunOrClosePipeName) return MessageKind::kRunOrClosePipe;
  return MessageKind::kMethod;
}

/// Checks the flags and the name of a control message that came as a request, or where answers
/// come. False with the rule that is broken. Read its struct with `read_payload` then.
bool check_control_request(Decoder& decoder, const MessageHeader& header);
bool check_control_answer(Decoder& decoder, const MessageHeader& header);

/// The struct that is the payload.
template <class S>
requires WireStruct<S>
bool read_payload(Decoder& decoder, S& out) {
  return StructTraits<S>::decode(decoder, decoder.payload_offset(), out);
}

/// The header of a control message. `request_id` counts for `kRun` only, `interface_id` for all but
/// `kPipe`.
MessageHeader control_header(MessageKind kind, uint32_t interface_id, uint64_t request_id = 0);
/// Of the answer to a `kRun`.
MessageHeader control_answer_header(const MessageHeader& request);

/// A message with a struct as its payload.
template <class S>
requires WireStruct<S> Result<Message> make_message(const MessageHeader& header, S params) {
  SizeCounter counter;
  StructTraits<S>::measure(counter, params);
  Encoder encoder(Buffer::allocate(kMessageHeaderBytes + counter.num_bytes()), header);
  StructTraits<S>::encode(encoder, std::move(params));
  return std::move(encoder).finish();
}

}  // namespace ferrule::wire
