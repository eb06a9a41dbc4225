// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "ferrule/base/unique_fd.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/data_pipe_handle.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/descriptor_handle.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/wire/handle.h"

namespace ferrule::wire {

/// What all types have in common that are a handle on the wire: an index into the message's
/// handles. A codec derives from it and adds `encode` and `decode`; one with more bytes than the
/// index, such as pending_remote with its version, says so in `kInlineBytes`.
struct HandleCodec {
  static constexpr size_t kInlineBytes = sizeof(uint32_t);

  template <class T>
  static void measure(SizeCounter& /*size*/, const T& /*value*/) {}

  static void write_null(Encoder& encoder, size_t at) { encoder.put_handle(at, Handle()); }
  static bool is_null(const Decoder& decoder, size_t at) { return decoder.is_no_handle(at); }
  static bool accept_null(Decoder& /*decoder*/, size_t /*at*/) { return true; }
};

/// handle: anything that travels beside the bytes.
template <>
struct Codec<Handle> : HandleCodec {
  static void encode(Encoder& encoder, size_t at, Handle&& handle) {
    if (!handle.is_valid()) encoder.fail_at(at, "the handle is not set");
    encoder.put_handle(at, std::move(handle));
  }
  static bool decode(Decoder& decoder, size_t at, Handle& out) {
    return decoder.take_handle(at, out) &&
           (out.is_valid() || decoder.refuse_value(at, "the handle is empty"));
  }
};

/// handle<platform>: a file descriptor.
template <>
struct Codec<UniqueFd> : HandleCodec {
  static void encode(Encoder& encoder, size_t at, UniqueFd&& descriptor) {
    if (!descriptor.is_valid()) encoder.fail_at(at, "the file descriptor is not set");
    encoder.put_handle(at, Handle(std::move(descriptor)));
  }
  static bool decode(Decoder& decoder, size_t at, UniqueFd& out) {
    Handle handle;
    if (!decoder.take_handle(at, handle)) return false;
    out = handle.take_descriptor();
    return out.is_valid() || decoder.refuse_value(at, "the handle is not a file descriptor");
  }
};

/// handle<shared_buffer>: the same, as a type of its own.
template <class Use>
struct Codec<DescriptorHandle<Use>> : HandleCodec {
  static void encode(Encoder& encoder, size_t at, DescriptorHandle<Use>&& handle) {
    Codec<UniqueFd>::encode(encoder, at, handle.take_descriptor());
  }
  static bool decode(Decoder& decoder, size_t at, DescriptorHandle<Use>& out) {
    UniqueFd descriptor;
    if (!Codec<UniqueFd>::decode(decoder, at, descriptor)) return false;
    out = DescriptorHandle<Use>(std::move(descriptor));
    return true;
  }
};

/// handle<data_pipe_consumer>, handle<data_pipe_producer>: one handle of two descriptors.
template <class Use>
struct Codec<DataPipeHandle<Use>> : HandleCodec {
  static void encode(Encoder& encoder, size_t at, DataPipeHandle<Use>&& handle) {
    if (!handle.is_valid()) return encoder.fail_at(at, "the end of the data pipe is not set");
    encoder.put_handle(
        at, Handle(DescriptorPair{.first = handle.take_signal(), .second = handle.take_memory()}));
  }
  static bool decode(Decoder& decoder, size_t at, DataPipeHandle<Use>& out) {
    Handle handle;
    if (!decoder.take_handle(at, handle)) return false;
    DescriptorPair pair = handle.take_descriptor_pair();
    out = DataPipeHandle<Use>(std::move(pair.first), std::move(pair.second));
    return out.is_valid() || decoder.refuse_value(at, "the handle is not an end of a data pipe");
  }
};

}  // namespace ferrule::wire
