// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ferrule/wire/bytes.h"
#include "ferrule/wire/codec/array.h"
#include "ferrule/wire/codec/bytes.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/enum.h"
#include "ferrule/wire/codec/number.h"
#include "ferrule/wire/codec/pointer.h"
#include "ferrule/wire/codec/string.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/wire/mapping.h"

namespace ferrule::wire {

// Types that a mapping chose instead of generated ones. Those for structs and unions have
// StructTraits and UnionTraits like the generated ones and need nothing here.

inline constexpr std::string_view kMappingRefused = "the type mapping refused the value";

/// For an enum of the IDL.
template <WireMappedEnum T>
struct Codec<T> {
  using Plain = typename MappedEnum<T>::Plain;
  static constexpr size_t kInlineBytes = sizeof(int32_t);

  static void measure(SizeCounter& /*size*/, const T& /*value*/) {}
  static void encode(Encoder& encoder, size_t at, const T& value) {
    Codec<Plain>::encode(encoder, at, MappedEnum<T>::to_plain(value));
  }
  static bool decode(Decoder& decoder, size_t at, T& out) {
    Plain plain{};
    return Codec<Plain>::decode(decoder, at, plain) &&
           (MappedEnum<T>::read(plain, out) || decoder.refuse_value(at, kMappingRefused));
  }
  static void write_absent(Encoder& encoder, size_t at) { Codec<Plain>::write_absent(encoder, at); }
};

/// For `string`.
template <class T>
requires(MappingTraits<T>::kIsString) struct Codec<T> : PointerCodec<Codec<T>> {
  static void measure(SizeCounter& size, const T& value) {
    Codec<std::string_view>::measure(size, MappingTraits<T>::text(value));
  }
  static void encode_object(Encoder& encoder, const T& value) {
    encode_string(encoder, MappingTraits<T>::text(value));
  }
  static bool decode_object(Decoder& decoder, size_t object, T& out) {
    std::string text;
    return decode_string(decoder, object, text) &&
           read_mapped(decoder, object, std::move(text), out);
  }
};

/// For a `[Native]` struct: bytes that only its mapping understands, as an array<uint8>.
template <class T>
requires(NativeStruct<T>::kIsMapped) struct Codec<T> : PointerCodec<Codec<T>> {
  static void measure(SizeCounter& size, const T& value) {
    Codec<Bytes>::measure(size, NativeStruct<T>::to_plain(value));
  }
  static void encode_object(Encoder& encoder, const T& value) {
    encoder.put_bytes_object(NativeStruct<T>::to_plain(value).span());
  }
  static bool decode_object(Decoder& decoder, size_t object, T& out) {
    Bytes bytes;
    return Codec<Bytes>::decode_object(decoder, object, bytes) &&
           (NativeStruct<T>::read(std::move(bytes), out) ||
            decoder.refuse_value(object, kMappingRefused));
  }
};

/// An array that is only sent: what getters of a mapping may answer.
template <WireElement T>
struct Codec<std::span<const T>> : ArrayCodec<T, std::span<const T>> {};

}  // namespace ferrule::wire
