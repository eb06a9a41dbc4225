// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "ferrule/wire/box.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/nullable.h"
#include "ferrule/wire/codec/pointer.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// A union in a struct or an array: 16 bytes in its place, and what they point to. It counts as a
/// level of nesting, though no pointer leads there.
template <WireUnion T>
struct Codec<T> {
  static constexpr size_t kInlineBytes = kUnionBytes;

  static void measure(SizeCounter& size, const T& value) { UnionTraits<T>::measure(size, value); }

  template <class Value>
  static void encode(Encoder& encoder, size_t at, Value&& value) {
    if (!encoder.enter()) return;
    UnionTraits<T>::encode(encoder, at, std::forward<Value>(value));
    encoder.leave();
  }

  static bool decode(Decoder& decoder, size_t at, T& out) {
    if (is_null(decoder, at)) return decoder.fail(ValidationError::kUnexpectedNullPointer, at);
    return decoder.enter(at) && UnionTraits<T>::decode(decoder, at, out) && decoder.leave();
  }

  static void write_null(Encoder& encoder, size_t /*at*/) {
    if (encoder.enter()) encoder.leave();
  }
  static bool is_null(const Decoder& decoder, size_t at) { return decoder.load<uint32_t>(at) == 0; }
  static bool accept_null(Decoder& decoder, size_t at) {
    return decoder.enter(at) && decoder.leave();
  }
};

/// A union in a union: a pointer to 16 bytes that are an object of their own.
template <class T>
struct NestedUnionCodec : PointerCodec<NestedUnionCodec<T>> {
  static void measure(SizeCounter& size, const T& value) {
    size.add_object(kUnionBytes);
    UnionTraits<T>::measure(size, value);
  }
  template <class Value>
  static void encode_object(Encoder& encoder, Value&& value) {
    UnionTraits<T>::encode(encoder, encoder.claim(kUnionBytes), std::forward<Value>(value));
  }
  static bool decode_object(Decoder& decoder, size_t object, T& out) {
    return decoder.claim_union(object) && UnionTraits<T>::decode(decoder, object, out);
  }
};

template <class T>
struct NestedUnionCodec<std::optional<T>> : NullableCodec<NestedUnionCodec<T>> {};
template <class T>
struct NestedUnionCodec<Box<T>> : NullableCodec<NestedUnionCodec<T>> {};

/// `measure` for a union in a union: its 16 bytes and what they point to.
template <class T>
void measure_nested(SizeCounter& size, const T& value) {
  NestedUnionCodec<T>::measure(size, value);
}

}  // namespace ferrule::wire
