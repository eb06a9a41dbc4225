// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <string_view>

#include "ferrule/wire/value_leaf.h"
#include "ferrule/wire/value_type.h"

namespace ferrule::wire {
namespace {

/// `hash` with one more value in it; the order counts.
constexpr size_t mix_hash(size_t hash, size_t more) noexcept {
  hash ^= more + size_t{0x9e3779b97f4a7c15} + (hash << 6U) + (hash >> 2U);
  return hash;
}

size_t hash_of_leaf(ValueKind kind, const void* value) noexcept {
  return visit_leaf(kind, value, [](const auto& leaf) {
    using Leaf = std::remove_cvref_t<decltype(leaf)>;
    if constexpr (std::is_same_v<Leaf, Bytes>) {
      return std::hash<std::string_view>{}(leaf.as_string_view());
    } else {
      return std::hash<Leaf>{}(leaf);
    }
  });
}

size_t hash_of_list(const ValueType& type, const void* value) noexcept {
  const ListView list = type.list(value);
  const auto* element = static_cast<const std::byte*>(list.data);
  size_t hash = list.size;
  for (size_t i = 0; i < list.size; ++i) {
    hash = mix_hash(hash, hash_value(*type.element, element + i * list.stride));
  }
  return hash;
}

/// A sum, because equal hash maps may list their entries differently.
size_t hash_of_map(const ValueType& type, const void* value) noexcept {
  size_t sum = type.map->size(value);
  MapCursor cursor;
  while (type.map->next(value, cursor)) {
    sum += mix_hash(hash_value(*type.key, cursor.key), hash_value(*type.element, cursor.value));
  }
  return sum;
}

}  // namespace

size_t hash_value(const ValueType& type, const void* value) noexcept {
  switch (type.kind) {
    case ValueKind::kEnum:
      return std::hash<int32_t>{}(number_of_enum(value));
    case ValueKind::kList:
      return hash_of_list(type, value);
    case ValueKind::kMap:
      return hash_of_map(type, value);
    case ValueKind::kNullable: {
      const void* held = type.held(value);
      return held != nullptr ? mix_hash(1, hash_value(*type.element, held)) : 0;
    }
    case ValueKind::kStruct: {
      size_t hash = type.fields.size();
      for (const ValueField& field : type.fields) {
        const void* at = static_cast<const std::byte*>(value) + field.offset;
        hash = mix_hash(hash, hash_value(*field.type, at));
      }
      return hash;
    }
    case ValueKind::kUnion: {
      size_t index = 0;
      const void* member = type.member(value, index);
      return member != nullptr ? mix_hash(index, hash_value(*type.fields[index].type, member)) : 0;
    }
    case ValueKind::kOther:
      return type.other->hash(value);
    default:
      return hash_of_leaf(type.kind, value);
  }
}

}  // namespace ferrule::wire
