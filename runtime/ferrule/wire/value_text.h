// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

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

  void add(const ValueType& type, const void* value);
  /// A string, in quotes.
  void add(std::string_view text);
  /// As it is.
  void append(std::string_view text);

  std::string finish() &&;

 private:
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void add(Number value) {
    char digits[32];
    append({digits, std::to_chars(digits, digits + sizeof(digits), value).ptr});
  }
  void add_bool(bool value) { append(value ? "true" : "false"); }
  void add_leaf(const ValueType& type, const void* value);
  void add_bytes(std::span<const uint8_t> bytes);
  void add_bits(const void* value);
  void add_enumerator(const ValueType& type, int32_t value);
  void add_list(const ValueType& type, const void* value);
  void add_map(const ValueType& type, const void* value);
  void add_struct(const ValueType& type, const void* value);
  void add_union(const ValueType& type, const void* value);
  void add_field(const char* name, const ValueType& type, const void* value);

  void open(std::string_view name, std::string_view bracket);
  void close(std::string_view bracket);
  /// The comma between two elements. False once nothing more would be seen.
  bool next();
  void add_rest(size_t count, std::string_view what);

  std::string text_;
  bool is_first_ = true;
  bool is_full_ = false;
};

/// The text of one value.
std::string to_text(const ValueType& type, const void* value);

/// The same into a stream.
std::ostream& put_text(std::ostream& stream, const ValueType& type, const void* value);

}  // namespace ferrule::wire
