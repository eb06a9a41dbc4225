// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// int8 to uint64, float, double: as they are in memory.
template <WireNumber T>
struct Codec<T> {
  static constexpr size_t kInlineBytes = sizeof(T);

  static void measure(SizeCounter& /*size*/, T /*value*/) {}
  static void encode(Encoder& encoder, size_t at, T value) { encoder.write(at, value); }
  static bool decode(Decoder& decoder, size_t at, T& out) {
    out = decoder.load<T>(at);
    return true;
  }

  /// What stands in the place of a number that is not there.
  static void write_absent(Encoder& /*encoder*/, size_t /*at*/) {}
};

}  // namespace ferrule::wire
