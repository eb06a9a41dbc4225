// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace ferrule::wire {

class Decoder;
class Encoder;
class SizeCounter;
class ValueText;
struct ValueType;

// What generated code says about its types. It specialises these three; nobody else does.

/// static measure(SizeCounter&, const S&): the whole object with all it points to
/// static encode(Encoder&, const S&), or S&& where S carries handles
/// static decode(Decoder&, size_t at, S&): `at` is where the object begins
/// Unless it carries handles:
/// static const ValueType kType: its fields
template <class S>
struct StructTraits;

/// static constexpr kIsExtensible; is_known(int32_t); kLowest; kDefault only where the IDL has one
template <class E>
struct EnumTraits;

/// static constexpr kIsExtensible; measure, encode, decode of the 16 bytes and what they point to;
/// kType as above, with its members
template <class U>
struct UnionTraits;

/// What equal values have in common; for what `type` says of the types in them. Of this program
/// only: a hash is not for files, and not a defence against chosen keys (the decoder watches hash
/// maps for those). `value` is the address of such a value.
bool equal_values(const ValueType& type, const void* a, const void* b);
size_t hash_value(const ValueType& type, const void* value) noexcept;
/// Which of two values comes first: below 0 if `a` does, 0 if neither. Some order, not one that
/// means anything. Not for values with hash maps or mapped types inside, which have none.
int compare_values(const ValueType& type, const void* a, const void* b) noexcept;

template <class T>
const ValueType& key_type() noexcept {
  if constexpr (requires { StructTraits<T>::kType; }) {
    return StructTraits<T>::kType;
  } else {
    return UnionTraits<T>::kType;
  }
}

/// The hash of a struct or union that is the key of a hash_map. Not std::hash, which generated
/// headers specialise only after the maps that need it.
template <class T>
struct KeyHash {
  size_t operator()(const T& key) const noexcept { return hash_value(key_type<T>(), &key); }
};

/// The order of keys of a map that are unions, or structs with more in them than values and texts.
template <class T>
struct KeyLess {
  bool operator()(const T& a, const T& b) const noexcept {
    return compare_values(key_type<T>(), &a, &b) < 0;
  }
};

/// For a type that a mapping chose for an enum: `Plain`, the generated enum or int32_t;
/// static Plain to_plain(const E&), static bool read(Plain, E&)
template <class E>
struct MappedEnum;

/// The same for a [Native] struct, whose plain form is Bytes.
template <class S>
struct NativeStruct {
  static constexpr bool kIsMapped = false;
};

}  // namespace ferrule::wire

namespace ferrule {

/// Written by people: how a C++ type of theirs stands for one of the IDL (docs/cpp-guide.md, "Type
/// mappings").
template <class T>
struct MappingTraits;

}  // namespace ferrule
