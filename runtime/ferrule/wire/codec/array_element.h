// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/wire/layout.h"

namespace ferrule::wire {

/// Where element `index` of an array stands. `begin` is the first byte behind the header.
struct ElementPlace {
  size_t begin = 0;
  size_t count = 0;
  size_t index = 0;
};

/// How a type stands in an array, and so among the keys and values of a map: bools are bits, and
/// nullable values keep their flags together in front. `kIsFlat`: it points to nothing.
template <class T>
struct ArrayElement;

/// A type that can be the element of an array or the value of a map.
template <class T>
concept WireElement = requires {
  { ArrayElement<T>::kIsFlat } -> std::convertible_to<bool>;
};

template <class T>
requires WireType<T>
struct ArrayElement<T> {
  static constexpr bool kIsFlat = WireValue<T>;
  static constexpr ArrayLayout kLayout{Codec<T>::kInlineBytes, false};

  static void measure(SizeCounter& size, const T& value) { Codec<T>::measure(size, value); }
  template <class Value>
  static void encode(Encoder& encoder, ElementPlace place, Value&& value) {
    Codec<T>::encode(encoder, offset(place), std::forward<Value>(value));
  }
  static bool decode(Decoder& decoder, ElementPlace place, T& out) {
    return Codec<T>::decode(decoder, offset(place), out);
  }

 private:
  static size_t offset(ElementPlace place) {
    return place.begin + place.index * Codec<T>::kInlineBytes;
  }
};

template <>
struct ArrayElement<bool> {
  static constexpr bool kIsFlat = true;
  static constexpr ArrayLayout kLayout{0, false};

  static void encode(Encoder& encoder, ElementPlace place, bool value) {
    encoder.write_bit(place.begin, place.index, value);
  }
  static bool decode(Decoder& decoder, ElementPlace place, bool& out) {
    out = decoder.load_bit(place.begin, place.index);
    return true;
  }
};

template <>
struct ArrayElement<std::optional<bool>> {
  static constexpr bool kIsFlat = true;
  static constexpr ArrayLayout kLayout{0, true};

  static void encode(Encoder& encoder, ElementPlace place, std::optional<bool> value) {
    encoder.write_bit(place.begin, place.index, value.has_value());
    encoder.write_bit(values(place), place.index, value.value_or(false));
  }
  static bool decode(Decoder& decoder, ElementPlace place, std::optional<bool>& out) {
    out.reset();
    if (decoder.load_bit(place.begin, place.index)) {
      out = decoder.load_bit(values(place), place.index);
    }
    return true;
  }

 private:
  static size_t values(ElementPlace place) {
    return place.begin + kLayout.elements_offset(place.count);
  }
};

template <WireValue T>
struct ArrayElement<std::optional<T>> {
  static constexpr bool kIsFlat = true;
  static constexpr ArrayLayout kLayout{Codec<T>::kInlineBytes, true};

  static void encode(Encoder& encoder, ElementPlace place, const std::optional<T>& value) {
    encoder.write_bit(place.begin, place.index, value.has_value());
    if (value) {
      Codec<T>::encode(encoder, offset(place), *value);
    } else {
      Codec<T>::write_absent(encoder, offset(place));
    }
  }
  static bool decode(Decoder& decoder, ElementPlace place, std::optional<T>& out) {
    out.reset();
    return !decoder.load_bit(place.begin, place.index) ||
           Codec<T>::decode(decoder, offset(place), out.emplace());
  }

 private:
  static size_t offset(ElementPlace place) {
    return place.begin + kLayout.elements_offset(place.count) +
           place.index * Codec<T>::kInlineBytes;
  }
};

}  // namespace ferrule::wire
