// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "ferrule/wire/size_counter.h"
#include "ferrule/wire/traits.h"

namespace ferrule::wire {

/// How one C++ type stands on the wire. Each family of types has a header of its own in this
/// folder; a new type is a new header with a specialisation:
///
///   static constexpr size_t kInlineBytes;                        its place in a struct or array
///   static void measure(SizeCounter&, const T&);                 the objects that it points to
///   static void encode(Encoder&, size_t at, const T& or T&&);    T&& where it gives handles away
///   static bool decode(Decoder&, size_t at, T& out);             false once the message is wrong
///
/// The inline bytes are claimed and, when encoding, zero before. A type that can be null has also
///
///   static void write_null(Encoder&, size_t at);
///   static bool is_null(const Decoder&, size_t at);
///   static bool accept_null(Decoder&, size_t at);                false where null nests too deeply
///
/// and then `std::optional<T>` is its nullable form; `encode` and `decode` are about what is there.
/// `PointerCodec` and `HandleCodec` bring these three.
template <class T>
struct Codec;

/// A type that can be a field, an element or a parameter. If a compiler says that this is not
/// satisfied, either the type has no wire form, or the header of its codec is not included
/// (ferrule/wire/codec/all.h has them all).
template <class T>
concept WireType = requires {
  { Codec<T>::kInlineBytes } -> std::convertible_to<size_t>;
};

template <class T, class... Choices>
concept OneOf = (std::same_as<T, Choices> || ...);

template <class T>
concept WireNumber = OneOf<T, int8_t, uint8_t, int16_t, uint16_t, int32_t, uint32_t, int64_t,
                           uint64_t, float, double>;

/// An enum of the IDL; generated code specialises `EnumTraits`.
template <class T>
concept WireEnum = std::is_enum_v<T> && requires {
  { EnumTraits<T>::kIsExtensible } -> std::convertible_to<bool>;
};

/// What a mapping chose instead of an enum.
template <class T>
concept WireMappedEnum = requires {
  typename MappedEnum<T>::Plain;
};

/// What takes a bit of its own to be nullable, because every pattern of its bytes is a value.
template <class T>
concept WireValue = WireNumber<T> || WireEnum<T> || WireMappedEnum<T>;

/// What has a pattern of bytes for null.
template <class T>
concept WireReference = WireType<T> && requires {
  &Codec<T>::write_null;
};

template <class T>
concept WireStruct = std::is_class_v<T> && requires {
  sizeof(StructTraits<T>);
};

template <class T>
concept WireUnion = std::is_class_v<T> && requires {
  { UnionTraits<T>::kIsExtensible } -> std::convertible_to<bool>;
};

/// Counts the objects that a field with this value points to.
template <class T>
requires WireType<T>
void measure(SizeCounter& size, const T& value) { Codec<T>::measure(size, value); }

}  // namespace ferrule::wire
