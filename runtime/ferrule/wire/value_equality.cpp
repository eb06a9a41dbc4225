// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/value_leaf.h"
#include "ferrule/wire/value_type.h"

namespace ferrule::wire {
namespace {

bool equal_leaves(ValueKind kind, const void* a, const void* b) {
  return visit_leaf(kind, a, [b](const auto& leaf) {
    using Leaf = std::remove_cvref_t<decltype(leaf)>;
    return leaf == *static_cast<const Leaf*>(b);
  });
}

/// Numbers of which equal ones have equal bytes: not floats, which have two zeros.
bool is_integer(ValueKind kind) { return kind <= ValueKind::kUint64; }

bool equal_lists(const ValueType& type, const void* a, const void* b) {
  const ListView one = type.list(a);
  const ListView other = type.list(b);
  if (one.size != other.size) return false;
  if (is_integer(type.element->kind)) {
    return one.size == 0 || std::memcmp(one.data, other.data, one.size * one.stride) == 0;
  }
  const auto* left = static_cast<const std::byte*>(one.data);
  const auto* right = static_cast<const std::byte*>(other.data);
  for (size_t i = 0; i < one.size; ++i) {
    if (!equal_values(*type.element, left + i * one.stride, right + i * one.stride)) return false;
  }
  return true;
}

bool equal_maps(const ValueType& type, const void* a, const void* b) {
  if (type.map->size(a) != type.map->size(b)) return false;
  MapCursor one;
  MapCursor other;
  while (type.map->next(a, one)) {
    const void* value = nullptr;
    if (type.map->find != nullptr) {
      value = type.map->find(b, one.key);
    } else if (type.map->next(b, other) && equal_values(*type.key, one.key, other.key)) {
      value = other.value;
    }
    if (value == nullptr || !equal_values(*type.element, one.value, value)) return false;
  }
  return true;
}

bool equal_fields(const ValueType& type, const void* a, const void* b) {
  for (const ValueField& field : type.fields) {
    if (!equal_values(*field.type, static_cast<const std::byte*>(a) + field.offset,
                      static_cast<const std::byte*>(b) + field.offset)) {
      return false;
    }
  }
  return true;
}

bool equal_members(const ValueType& type, const void* a, const void* b) {
  size_t index = 0;
  size_t other_index = 0;
  const void* member = type.member(a, index);
  const void* other = type.member(b, other_index);
  if (member == nullptr || other == nullptr) return member == other;
  return index == other_index && equal_values(*type.fields[index].type, member, other);
}

}  // namespace

bool equal_values(const ValueType& type, const void* a, const void* b) {
  switch (type.kind) {
    case ValueKind::kEnum:
      return number_of_enum(a) == number_of_enum(b);
    case ValueKind::kList:
      return equal_lists(type, a, b);
    case ValueKind::kMap:
      return equal_maps(type, a, b);
    case ValueKind::kNullable: {
      const void* one = type.held(a);
      const void* other = type.held(b);
      if (one == nullptr || other == nullptr) return one == other;
      return equal_values(*type.element, one, other);
    }
    case ValueKind::kStruct:
      return equal_fields(type, a, b);
    case ValueKind::kUnion:
      return equal_members(type, a, b);
    case ValueKind::kOther:
      return type.other->equal(a, b);
    default:
      return equal_leaves(type.kind, a, b);
  }
}

}  // namespace ferrule::wire
