// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
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

namespace ferrule::wire {

/// Writes a value of the IDL for people: `Sum{requester: "me", value: 3}`. Nothing is left out
/// because of what it means, but all is bounded, so that a log line stays one whatever a peer sent:
/// long strings and arrays show their beginning and their length, and the whole text ends with
/// "..." where it would be longer than `kMaxBytes`.
class ValueText {
 public:
  static constexpr size_t kMaxBytes = 4096;
  static constexpr size_t kMaxStringBytes = 256;
  static constexpr size_t kMaxElements = 32;

  /// A struct or union: `Name{`, its fields, `}`.
  void begin(std::string_view name) { open(name, "{"); }
  template <class T>
  void field(std::string_view name, const T& value);
  void end() { close("}"); }

  void add(bool value) { append(value ? "true" : "false"); }
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void add(Number value) {
    char digits[32];
    append({digits, std::to_chars(digits, digits + sizeof(digits), value).ptr});
  }
  void add(std::string_view text);
  void add(const std::string& text) { add(std::string_view(text)); }
  void add(const Bytes& bytes) { add_bytes(bytes.span()); }
  void add_bytes(std::span<const uint8_t> bytes);

  template <class T, class Allocator>
  void add(const std::vector<T, Allocator>& array) {
    add_elements(array);
  }
  template <class T, size_t N>
  void add(const std::array<T, N>& array) {
    add_elements(array);
  }
  template <class K, class V, class... Others>
  void add(const std::map<K, V, Others...>& map) {
    add_entries(map);
  }
  template <class K, class V, class... Others>
  void add(const std::unordered_map<K, V, Others...>& map) {
    add_entries(map);
  }
  template <class T>
  void add(const std::optional<T>& value) {
    add_nullable(value);
  }
  template <class T>
  void add(const Box<T>& value) {
    add_nullable(value);
  }

  /// Enums, structs, unions, and types that a mapping chose.
  template <class T>
  requires std::is_class_v<T> || std::is_enum_v<T>
  void add(const T& value);

  /// Nothing that is added now will be seen; leave out what costs time.
  bool is_full() const noexcept { return is_full_; }
  std::string finish() &&;

 private:
  void append(std::string_view text);
  void open(std::string_view name, std::string_view bracket);
  void close(std::string_view bracket);
  /// The comma between two elements. False once nothing more would be seen.
  bool next();
  void add_rest(size_t count, std::string_view what);

  template <class Array>
  void add_elements(const Array& array);
  template <class Map>
  void add_entries(const Map& map);
  template <class Holder>
  void add_nullable(const Holder& holder) {
    holder ? add(*holder) : append("null");
  }

  std::string text_;
  bool is_first_ = true;
  bool is_full_ = false;
};

/// The text of one value.
template <class T>
std::string to_text(const T& value) {
  ValueText text;
  text.add(value);
  return std::move(text).finish();
}

/// Streams, without their header.
std::ostream& put_text(std::ostream& stream, std::string_view text);

template <class T>
void ValueText::field(std::string_view name, const T& value) {
  if (!next()) return;
  append(name);
  append(": ");
  add(value);
}

template <class T>
requires std::is_class_v<T> || std::is_enum_v<T>
void ValueText::add(const T& value) {
  if (is_full_) return;
  if constexpr (WireEnum<T>) {
    append(to_string(value));
    if (EnumTraits<T>::is_known(static_cast<int32_t>(value))) return;
    append(" ");
    add(static_cast<int32_t>(value));
  } else if constexpr (requires { StructTraits<T>::print(*this, value); }) {
    StructTraits<T>::print(*this, value);
  } else if constexpr (requires { UnionTraits<T>::print(*this, value); }) {
    UnionTraits<T>::print(*this, value);
  } else if constexpr (requires { std::string_view(to_string(value)); }) {
    append(std::string_view(to_string(value)));
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    add(static_cast<std::string_view>(value));
  } else {
    append("?");
  }
}

template <class Array>
void ValueText::add_elements(const Array& array) {
  open("", "[");
  size_t count = 0;
  for (const typename Array::value_type& element : array) {
    if (count++ == kMaxElements || !next()) break;
    add(element);
  }
  add_rest(array.size(), "elements");
  close("]");
}

template <class Map>
void ValueText::add_entries(const Map& map) {
  open("", "{");
  size_t count = 0;
  for (const auto& [key, value] : map) {
    if (count++ == kMaxElements || !next()) break;
    add(key);
    append(": ");
    add(value);
  }
  add_rest(map.size(), "entries");
  close("}");
}

}  // namespace ferrule::wire
