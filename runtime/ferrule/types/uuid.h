// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ferrule {

/// A UUID (RFC 9562). A value; made without arguments it is the nil UUID. It is a name, not a
/// secret: for that there is `UnguessableToken`.
struct Uuid {
  std::array<uint8_t, 16> bytes{};

  /// A random one, of version 4.
  static Uuid random();
  /// From "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", of any version, in small or capital letters.
  static std::optional<Uuid> parse(std::string_view text);
  /// In small letters.
  std::string to_string() const;
  bool is_nil() const noexcept { return *this == Uuid(); }

  friend auto operator<=>(const Uuid&, const Uuid&) noexcept = default;
};

}  // namespace ferrule

template <>
struct std::hash<ferrule::Uuid> {
  std::size_t operator()(const ferrule::Uuid& uuid) const noexcept;
};
