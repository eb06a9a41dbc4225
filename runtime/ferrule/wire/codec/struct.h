// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/pointer.h"

namespace ferrule::wire {

/// A struct of the IDL, behind a pointer. Generated code knows its fields.
template <WireStruct T>
struct Codec<T> : PointerCodec<Codec<T>> {
  static void measure(SizeCounter& size, const T& value) { StructTraits<T>::measure(size, value); }
  template <class Value>
  static void encode_object(Encoder& encoder, Value&& value) {
    StructTraits<T>::encode(encoder, std::forward<Value>(value));
  }
  static bool decode_object(Decoder& decoder, size_t object, T& out) {
    return StructTraits<T>::decode(decoder, object, out);
  }
};

}  // namespace ferrule::wire
