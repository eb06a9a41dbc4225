// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ferrule/wire/bytes.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/traits.h"

namespace ferrule::wire {

/// True where a `View` is written as a `T` is: the same type, or a view of it that owns nothing.
template <class View, class T>
struct IsViewOf : std::is_same<View, T> {};
template <>
struct IsViewOf<std::string_view, std::string> : std::true_type {};
template <>
struct IsViewOf<std::span<const uint8_t>, Bytes> : std::true_type {};
template <class T>
struct IsViewOf<std::span<const T>, std::vector<T>> : std::true_type {};
template <class View, class T>
struct IsViewOf<std::optional<View>, std::optional<T>> : IsViewOf<View, T> {};

/// What a getter of a `MappingTraits` may answer for a field of the C++ type `T`. If a compiler
/// says that this is not satisfied, the getter answers another type, which other bytes would stand
/// for.
template <class View, class T>
concept ViewOf = IsViewOf<std::remove_cvref_t<View>, T>::value;

/// The answer of a getter, checked.
template <class T, class View>
requires ViewOf<View, T>
const View& as_view(const View& view) { return view; }

/// Why a mapping refuses a value: the name of its rule, `MappingTraits::kRule`, if it has one.
template <class Mapped>
constexpr std::string_view refusal_of() {
  if constexpr (requires { MappingTraits<Mapped>::kRule; }) {
    return MappingTraits<Mapped>::kRule;
  } else {
    return "the type mapping refused the value";
  }
}

/// Turns a value of the IDL that was read into the type that a mapping chose, if its traits like
/// it.
template <class Mapped, class Plain>
bool read_mapped(Decoder& decoder, size_t at, Plain&& plain, Mapped& out) {
  return MappingTraits<Mapped>::read(std::forward<Plain>(plain), out) ||
         decoder.refuse_value(at, refusal_of<Mapped>());
}

}  // namespace ferrule::wire
