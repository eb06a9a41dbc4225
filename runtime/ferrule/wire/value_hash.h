// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "ferrule/wire/box.h"
#include "ferrule/wire/bytes.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/traits.h"

namespace ferrule::wire {

/// The hash of a value of the IDL; equal values have equal hashes. Of this program only: it is not
/// for files, and not a defence against chosen keys (the decoder watches hash maps for those).
template <class T>
size_t hash_value(const T& value) noexcept;

/// `hash` with one more value in it; the order counts.
constexpr size_t mix_hash(size_t hash, size_t more) noexcept {
  hash ^= more + size_t{0x9e3779b97f4a7c15} + (hash << 6U) + (hash >> 2U);
  return hash;
}

template <class... Values>
size_t hash_values(const Values&... values) noexcept {
  size_t hash = sizeof...(Values);
  ((hash = mix_hash(hash, hash_value(values))), ...);
  return hash;
}

template <class T>
struct ValueHash {
  static size_t of(const T& value) noexcept {
    if constexpr (requires { StructTraits<T>::hash(value); }) {
      return StructTraits<T>::hash(value);
    } else if constexpr (requires { UnionTraits<T>::hash(value); }) {
      return UnionTraits<T>::hash(value);
    } else if constexpr (requires { std::hash<T>{}(value); }) {
      return std::hash<T>{}(value);
    } else {
      return 0;  // a type of a mapping that has no hash; the fields around it have to do
    }
  }
};

template <>
struct ValueHash<Bytes> {
  static size_t of(const Bytes& bytes) noexcept {
    return std::hash<std::string_view>{}(bytes.as_string_view());
  }
};

/// Containers with an order.
template <class Range>
struct RangeHash {
  static size_t of(const Range& range) noexcept {
    size_t hash = range.size();
    for (const typename Range::value_type& item : range) hash = mix_hash(hash, hash_value(item));
    return hash;
  }
};
template <class T>
struct ValueHash<std::vector<T>> : RangeHash<std::vector<T>> {};
template <class T, size_t N>
struct ValueHash<std::array<T, N>> : RangeHash<std::array<T, N>> {};
template <class K, class V>
struct ValueHash<std::map<K, V>> : RangeHash<std::map<K, V>> {};

template <class K, class V>
struct ValueHash<std::pair<const K, V>> {
  static size_t of(const std::pair<const K, V>& entry) noexcept {
    return hash_values(entry.first, entry.second);
  }
};

/// Without an order: equal maps may list their entries differently.
template <class K, class V, class Hash>
struct ValueHash<std::unordered_map<K, V, Hash>> {
  static size_t of(const std::unordered_map<K, V, Hash>& map) noexcept {
    size_t sum = map.size();
    for (const auto& entry : map) sum += hash_value(entry);
    return sum;
  }
};

template <class Holder>
struct NullableHash {
  static size_t of(const Holder& holder) noexcept { return holder ? hash_values(*holder) : 0; }
};
template <class T>
struct ValueHash<std::optional<T>> : NullableHash<std::optional<T>> {};
template <class T>
struct ValueHash<Box<T>> : NullableHash<Box<T>> {};

template <class T>
size_t hash_value(const T& value) noexcept {
  return ValueHash<T>::of(value);
}

}  // namespace ferrule::wire
