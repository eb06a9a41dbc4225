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
struct Codec<PendingReceiver<Interface>> : PipeEndCodec {};

/// pending_remote<Interface>: the handle, and the version of the interface that its sender knows to
/// be implemented. 0, which we write, promises nothing.
template <class Interface>
struct Codec<PendingRemote<Interface>> : PipeEndCodec {
  static constexpr size_t kInlineBytes = 2 * sizeof(uint32_t);
};

}  // namespace ferrule::wire
