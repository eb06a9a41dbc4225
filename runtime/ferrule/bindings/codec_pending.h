// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "ferrule/wire/codec/handle.h"
#include "ferrule/bindings/pending.h"

namespace ferrule::wire {

/// What all ends of pipes have in common in a message: one handle, which must be a pipe.
struct PipeEndCodec : HandleCodec {
  static void encode(Encoder& encoder, size_t at, MessagePipe&& pipe) {
    if (!pipe.is_valid()) encoder.fail_at(at, "the pipe end is not set");
    encoder.put_handle(at, Handle(pipe.take_end()));
  }
  /// Of an interface that says who may hold its ends.
  template <class Interface>
  static void encode_as(Encoder& encoder, size_t at, MessagePipe&& pipe) {
    if constexpr (requires_context<Interface>()) {
      if (pipe.is_valid()) pipe.get()->restrict_to(Interface::kRequiredContext);
    }
    encode(encoder, at, std::move(pipe));
  }
  static bool decode(Decoder& decoder, size_t at, MessagePipe& out) {
    Handle handle;
    if (!decoder.take_handle(at, handle)) return false;
    out = MessagePipe(handle.take_pipe());
    return out.is_valid() || decoder.refuse_value(at, "the handle is not a pipe end");
  }
};

/// handle<message_pipe>
template <>
struct Codec<MessagePipe> : PipeEndCodec {};

/// pending_receiver<Interface>
template <class Interface>
struct Codec<PendingReceiver<Interface>> : PipeEndCodec {
  static void encode(Encoder& encoder, size_t at, PendingReceiver<Interface>&& pipe) {
    encode_as<Interface>(encoder, at, std::move(pipe));
  }
};

/// pending_remote<Interface>: the handle, and the version of the interface that its sender knows to
/// be implemented. 0, which we write, promises nothing.
template <class Interface>
struct Codec<PendingRemote<Interface>> : PipeEndCodec {
  static constexpr size_t kInlineBytes = 2 * sizeof(uint32_t);
  static void encode(Encoder& encoder, size_t at, PendingRemote<Interface>&& pipe) {
    encode_as<Interface>(encoder, at, std::move(pipe));
  }
};

}  // namespace ferrule::wire
