// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "ferrule/wire/box.h"
#include "ferrule/wire/bytes.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/traits.h"
#include "ferrule/wire/value_text.h"

namespace ferrule::wire {

// What equality, hashes and texts must know of the C++ types of the IDL, as tables: generated code
// has one for each struct and union, and the library walks over them. Templates over the fields
// would be faster, and cost a module of some hundred definitions a minute of compilation for what
// is rarely called.

/// What the library can do with a value whose address it has. Up to kBits: with the type known to
/// the library itself.
enum class ValueKind : uint8_t {
  kBool,
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kUint64,
  kFloat,
  kDouble,
  kString,
  kBytes,
  kBits,  ///< std::vector<bool>
  kEnum,
  kList,
  kMap,
  kNullable,
  kStruct,
  kUnion,
  kOther,  ///< a type that a mapping chose
};

struct ValueType;

/// A field of a struct, or a member of a union, which has no offset.
struct ValueField {
  const char* name;
  size_t offset;
  const ValueType* type;
};

/// A vector or array of anything but bits.
struct ListView {
  const void* data;
  size_t size;
  size_t stride;
};

/// Goes over the entries of a map: has an iterator in it once `next` was called.
struct MapCursor {
  alignas(void*) unsigned char iterator[2 * sizeof(void*)];
  bool has_begun = false;
  const void* key = nullptr;
  const void* value = nullptr;
};

struct MapAccess {
  size_t (*size)(const void* map);
  bool (*next)(const void* map, MapCursor& cursor);
  /// The value with that key. Null for maps with an order: equal ones have equal sequences.
  const void* (*find)(const void* map, const void* key);
};

struct OtherAccess {
  bool (*equal)(const void* a, const void* b);
  size_t (*hash)(const void* value);
  void (*print)(ValueText& text, const void* value);
};

/// A type, in constant memory. The members that its kind does not need are empty.
struct ValueType {
  ValueKind kind;
  const char* name = "";
  std::span<const ValueField> fields{};
  const ValueType* key = nullptr;
  const ValueType* element = nullptr;
  ListView (*list)(const void* value) = nullptr;
  const void* (*held)(const void* value) = nullptr;  ///< what a nullable holds; null if nothing
  const void* (*member)(const void* value, size_t& index) = nullptr;  ///< that is set in a union
  std::string_view (*enumerator)(int32_t value) = nullptr;            ///< empty if unknown
  const MapAccess* map = nullptr;
  const OtherAccess* other = nullptr;
};

constexpr ValueType struct_type(const char* name, std::span<const ValueField> fields) {
  return {.kind = ValueKind::kStruct, .name = name, .fields = fields};
}
constexpr ValueType union_type(const char* name, std::span<const ValueField> members,
                               const void* (*member)(const void* value, size_t& index)) {
  return {.kind = ValueKind::kUnion, .name = name, .fields = members, .member = member};
}

/// The types up to kBits, in the order of their kinds.
extern const ValueType kLeafTypes[static_cast<size_t>(ValueKind::kBits) + 1];

template <class T>
struct LeafKind {};
template <ValueKind Kind>
struct LeafKindIs {
  static constexpr ValueKind kKind = Kind;
};
// clang-format off
template <> struct LeafKind<bool> : LeafKindIs<ValueKind::kBool> {};
template <> struct LeafKind<int8_t> : LeafKindIs<ValueKind::kInt8> {};
template <> struct LeafKind<uint8_t> : LeafKindIs<ValueKind::kUint8> {};
template <> struct LeafKind<int16_t> : LeafKindIs<ValueKind::kInt16> {};
template <> struct LeafKind<uint16_t> : LeafKindIs<ValueKind::kUint16> {};
template <> struct LeafKind<int32_t> : LeafKindIs<ValueKind::kInt32> {};
template <> struct LeafKind<uint32_t> : LeafKindIs<ValueKind::kUint32> {};
template <> struct LeafKind<int64_t> : LeafKindIs<ValueKind::kInt64> {};
template <> struct LeafKind<uint64_t> : LeafKindIs<ValueKind::kUint64> {};
template <> struct LeafKind<float> : LeafKindIs<ValueKind::kFloat> {};
template <> struct LeafKind<double> : LeafKindIs<ValueKind::kDouble> {};
template <> struct LeafKind<std::string> : LeafKindIs<ValueKind::kString> {};
template <> struct LeafKind<Bytes> : LeafKindIs<ValueKind::kBytes> {};
template <> struct LeafKind<std::vector<bool>> : LeafKindIs<ValueKind::kBits> {};
// clang-format on

/// What the tables say of `T`.
template <class T>
constexpr const ValueType* value_type();

template <WireEnum T>
std::string_view enumerator_of(int32_t value) {
  return EnumTraits<T>::is_known(value) ? to_string(static_cast<T>(value)) : std::string_view();
}

template <class List>
ListView list_of(const void* value) {
  const auto& list = *static_cast<const List*>(value);
  return {list.data(), list.size(), sizeof(typename List::value_type)};
}

template <class Holder>
const void* held_by(const void* value) {
  const auto& holder = *static_cast<const Holder*>(value);
  return holder.has_value() ? static_cast<const void*>(&*holder) : nullptr;
}

template <class Map>
size_t size_of_map(const void* map) {
  return static_cast<const Map*>(map)->size();
}
template <class Map>
bool next_of_map(const void* map, MapCursor& cursor) {
  using Iterator = typename Map::const_iterator;
  static_assert(sizeof(Iterator) <= sizeof(cursor.iterator) &&
                std::is_trivially_copyable_v<Iterator>);
  const auto& entries = *static_cast<const Map*>(map);
  Iterator next = entries.begin();
  if (cursor.has_begun) {
    std::memcpy(static_cast<void*>(&next), cursor.iterator, sizeof(next));
    ++next;
  }
  if (next == entries.end()) return false;
  std::memcpy(cursor.iterator, static_cast<const void*>(&next), sizeof(next));
  cursor.has_begun = true;
  cursor.key = &next->first;
  cursor.value = &next->second;
  return true;
}
template <class Map>
const void* find_in_map(const void* map, const void* key) {
  const auto& entries = *static_cast<const Map*>(map);
  const auto found = entries.find(*static_cast<const typename Map::key_type*>(key));
  return found != entries.end() ? &found->second : nullptr;
}

template <class T>
bool equal_others(const void* a, const void* b) {
  return *static_cast<const T*>(a) == *static_cast<const T*>(b);
}
template <class T>
size_t hash_of_other(const void* value) {
  if constexpr (requires { std::hash<T>{}(*static_cast<const T*>(value)); }) {
    return std::hash<T>{}(*static_cast<const T*>(value));
  } else {
    return 0;  // the fields around it have to do
  }
}
template <class T>
void print_other(ValueText& text, const void* value) {
  const T& other = *static_cast<const T*>(value);
  if constexpr (requires { std::string_view(to_string(other)); }) {
    text.append(std::string_view(to_string(other)));
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    text.add(static_cast<std::string_view>(other));
  } else {
    text.append("?");
  }
}

template <class T>
inline constexpr OtherAccess kOtherAccess{&equal_others<T>, &hash_of_other<T>, &print_other<T>};
template <class Map>
inline constexpr MapAccess kOrderedMap{&size_of_map<Map>, &next_of_map<Map>, nullptr};
template <class Map>
inline constexpr MapAccess kHashMap{&size_of_map<Map>, &next_of_map<Map>, &find_in_map<Map>};

/// The types that are made here, not in a table of generated code.
template <class T>
struct ValueTypeOf {
  static constexpr ValueType kType{.kind = ValueKind::kOther, .other = &kOtherAccess<T>};
};
template <WireEnum T>
struct ValueTypeOf<T> {
  static constexpr ValueType kType{.kind = ValueKind::kEnum, .enumerator = &enumerator_of<T>};
};
template <class T>
struct ValueTypeOf<std::vector<T>> {
  static constexpr ValueType kType{
      .kind = ValueKind::kList, .element = value_type<T>(), .list = &list_of<std::vector<T>>};
};
template <class T, size_t N>
struct ValueTypeOf<std::array<T, N>> {
  static constexpr ValueType kType{
      .kind = ValueKind::kList, .element = value_type<T>(), .list = &list_of<std::array<T, N>>};
};
template <class T>
struct ValueTypeOf<std::optional<T>> {
  static constexpr ValueType kType{
      .kind = ValueKind::kNullable, .element = value_type<T>(), .held = &held_by<std::optional<T>>};
};
template <class T>
struct ValueTypeOf<Box<T>> {
  static constexpr ValueType kType{
      .kind = ValueKind::kNullable, .element = value_type<T>(), .held = &held_by<Box<T>>};
};
template <class K, class V, class Less>
struct ValueTypeOf<std::map<K, V, Less>> {
  static constexpr ValueType kType{.kind = ValueKind::kMap,
                                   .key = value_type<K>(),
                                   .element = value_type<V>(),
                                   .map = &kOrderedMap<std::map<K, V, Less>>};
};
template <class K, class V, class Hash>
struct ValueTypeOf<std::unordered_map<K, V, Hash>> {
  static constexpr ValueType kType{.kind = ValueKind::kMap,
                                   .key = value_type<K>(),
                                   .element = value_type<V>(),
                                   .map = &kHashMap<std::unordered_map<K, V, Hash>>};
};

template <class T>
constexpr const ValueType* value_type() {
  if constexpr (requires { LeafKind<T>::kKind; }) {
    return &kLeafTypes[static_cast<size_t>(LeafKind<T>::kKind)];
  } else if constexpr (requires { &StructTraits<T>::kType; }) {
    return &StructTraits<T>::kType;
  } else if constexpr (requires { &UnionTraits<T>::kType; }) {
    return &UnionTraits<T>::kType;
  } else {
    return &ValueTypeOf<T>::kType;
  }
}

}  // namespace ferrule::wire
