// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ferrule/wire/bytes.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/pointer.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// Bytes that are only sent: what proxies take. Large ones are not copied here
/// (`put_bytes_object`).
template <>
struct Codec<std::span<const uint8_t>> : PointerCodec<Codec<std::span<const uint8_t>>> {
  static void measure(SizeCounter& size, std::span<const uint8_t> bytes) {
    size.add_object(kObjectHeaderBytes + bytes.size());
  }
  static void encode_object(Encoder& encoder, std::span<const uint8_t> bytes) {
    encoder.put_bytes_object(bytes);
  }
};

/// array<uint8>. Large ones are not copied when they are read either (`Decoder::take_bytes`).
template <>
struct Codec<Bytes> : PointerCodec<Codec<Bytes>> {
  static void measure(SizeCounter& size, const Bytes& bytes) {
    size.add_object(kObjectHeaderBytes + bytes.size());
  }
  static void encode_object(Encoder& encoder, const Bytes& bytes) {
    encoder.put_bytes_object(bytes.span());
  }
  static bool decode_object(Decoder& decoder, size_t object, Bytes& out) {
    ArrayExtent extent;
    return decoder.claim_array(object, ArrayLayout{1, false}, 0, extent) &&
           decoder.take_bytes(extent.at, extent.num_elements, out);
  }
};

}  // namespace ferrule::wire
