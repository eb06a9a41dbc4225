// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// A bool with a byte of its own, in a union. Structs and arrays pack bools as bits instead: see
/// `StructWriter::write_bool` and `ArrayElement<bool>`. Only bit 0 of the byte is looked at.
template <>
struct Codec<bool> {
  static constexpr size_t kInlineBytes = 1;

  static void measure(SizeCounter& /*size*/, bool /*value*/) {}
  static void encode(Encoder& encoder, size_t at, bool value) {
    encoder.write(at, static_cast<uint8_t>(value));
  }
  static bool decode(Decoder& decoder, size_t at, bool& out) {
    out = decoder.load_bit(at, 0);
    return true;
  }
};

}  // namespace ferrule::wire
