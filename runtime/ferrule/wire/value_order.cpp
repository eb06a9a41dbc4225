// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "ferrule/wire/value_leaf.h"
#include "ferrule/wire/value_type.h"

namespace ferrule::wire {
namespace {

template <class T>
int compare(const T& a, const T& b) noexcept {
  return static_cast<int>(b < a) - static_cast<int>(a < b);
}

int compare_leaves(ValueKind kind, const void* a, const void* b) noexcept {
  return visit_leaf(kind, a, [b](const auto& leaf) {
    using Leaf = std::remove_cvref_t<decltype(leaf)>;
    const auto& other = *static_cast<const Leaf*>(b);
    if constexpr (std::is_same_v<Leaf, Bytes>) {
      return compare(leaf.as_string_view(), other.as_string_view());
    } else if constexpr (std::is_floating_point_v<Leaf>) {
      // What is not a number comes last: an order must have a place for it.
      return leaf != leaf || other != other ? compare(leaf != leaf, other != other)
                                            : compare(leaf, other);
    } else {
      return compare(leaf, other);
    }
  });
}

int compare_lists(const ValueType& type, const void* a, const void* b) noexcept {
  const ListView one = type.list(a);
  const ListView other = type.list(b);
  if (one.size != other.size) return compare(one.size, other.size);
  const auto* left = static_cast<const std::byte*>(one.data);
  const auto* right = static_cast<const std::byte*>(other.data);
  int order = 0;
  for (size_t i = 0; i < one.size && order == 0; ++i) {
    order = compare_values(*type.element, left + i * one.stride, right + i * one.stride);
  }
  return order;
}

int compare_maps(const ValueType& type, const void* a, const void* b) noexcept {
  FERRULE_CHECK(type.map->find == nullptr);  // hash maps have no order
  int order = compare(type.map->size(a), type.map->size(b));
  MapCursor one;
  MapCursor other;
  while (order == 0 && type.map->next(a, one) && type.map->next(b, other)) {
    order = compare_values(*type.key, one.key, other.key);
    if (order == 0) order = compare_values(*type.element, one.value, other.value);
  }
  return order;
}

int compare_fields(const ValueType& type, const void* a, const void* b) noexcept {
  for (const ValueField& field : type.fields) {
    const int order = compare_values(*field.type, static_cast<const std::byte*>(a) + field.offset,
                                     static_cast<const std::byte*>(b) + field.offset);
    if (order != 0) return order;
  }
  return 0;
}

/// Of two things that may be missing, for `type` if both are there.
int compare_held(const ValueType& type, const void* a, const void* b) noexcept {
  if (a == nullptr || b == nullptr) return compare(a != nullptr, b != nullptr);
  return compare_values(type, a, b);
}

int compare_members(const ValueType& type, const void* a, const void* b) noexcept {
  size_t index = 0;
  size_t other_index = 0;
  const void* member = type.member(a, index);
  const void* other = type.member(b, other_index);
  if (index != other_index || member == nullptr) return compare(index, other_index);
  return compare_held(*type.fields[index].type, member, other);
}

}  // namespace

int compare_values(const ValueType& type, const void* a, const void* b) noexcept {
  switch (type.kind) {
    case ValueKind::kEnum:
      return compare(number_of_enum(a), number_of_enum(b));
    case ValueKind::kList:
      return compare_lists(type, a, b);
    case ValueKind::kMap:
      return compare_maps(type, a, b);
    case ValueKind::kNullable:
      return compare_held(*type.element, type.held(a), type.held(b));
    case ValueKind::kStruct:
      return compare_fields(type, a, b);
    case ValueKind::kUnion:
      return compare_members(type, a, b);
    default:
      return compare_leaves(type.kind, a, b);  // which refuses what a mapping chose
  }
}

}  // namespace ferrule::wire
