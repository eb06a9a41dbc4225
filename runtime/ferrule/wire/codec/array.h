// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "ferrule/wire/codec/array_element.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/pointer.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// What arrays of any and of fixed length have in common. Numbers are copied in one piece; all else
/// goes element by element.
template <class T, class Array>
struct ArrayCodec : PointerCodec<Codec<Array>> {
  using Element = ArrayElement<T>;

  static void measure(SizeCounter& size, const Array& array) {
    size.add_object(kObjectHeaderBytes + Element::kLayout.storage_bytes(array.size()));
    if constexpr (!Element::kIsFlat) {
      for (const T& element : array) Element::measure(size, element);
    }
  }

  template <class Value>
  static void encode_object(Encoder& encoder, Value&& array) {
    const size_t count = array.size();
    if constexpr (WireNumber<T>) {
      encoder.put_array(array.data(), sizeof(T) * count, count);
    } else {
      const size_t begin = encoder.claim_array(Element::kLayout, count);
      for (size_t i = 0; i < count; ++i) {
        if constexpr (std::is_lvalue_reference_v<Value>) {
          Element::encode(encoder, {begin, count, i}, array[i]);
        } else {
          Element::encode(encoder, {begin, count, i}, std::move(array[i]));
        }
      }
    }
  }

 protected:
  /// Reads a claimed array into `array`, which has its size.
  static bool decode_elements(Decoder& decoder, const ArrayExtent& extent, Array& array) {
    const size_t count = extent.num_elements;
    if constexpr (WireNumber<T>) {
      if (count != 0) {
        std::memcpy(array.data(), decoder.claimed_bytes(extent.at), sizeof(T) * count);
      }
    } else if constexpr (std::is_same_v<Array, std::vector<bool>>) {
      for (size_t i = 0; i < count; ++i) array[i] = decoder.load_bit(extent.at, i);
    } else {
      for (size_t i = 0; i < count; ++i) {
        if (!Element::decode(decoder, {extent.at, count, i}, array[i])) {
          return decoder.in_element(i);
        }
      }
    }
    return true;
  }
};

/// array<T>.
template <WireElement T>
struct Codec<std::vector<T>> : ArrayCodec<T, std::vector<T>> {
  static bool decode_object(Decoder& decoder, size_t object, std::vector<T>& out) {
    ArrayExtent extent;
    if (!decoder.claim_array(object, ArrayElement<T>::kLayout, 0, extent) ||
        !decoder.charge(extent.num_elements, sizeof(T), object)) {
      return false;
    }
    out.clear();
    out.resize(extent.num_elements);
    return Codec::decode_elements(decoder, extent, out);
  }
};

/// array<T, N>.
template <WireElement T, size_t N>
struct Codec<std::array<T, N>> : ArrayCodec<T, std::array<T, N>> {
  static_assert(N > 0 && N <= UINT32_MAX);
  static bool decode_object(Decoder& decoder, size_t object, std::array<T, N>& out) {
    ArrayExtent extent;
    return decoder.claim_array(object, ArrayElement<T>::kLayout, N, extent) &&
           Codec::decode_elements(decoder, extent, out);
  }
};

}  // namespace ferrule::wire
