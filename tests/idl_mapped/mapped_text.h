// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "ferrule/wire/traits.h"

namespace my {

/// A string without spaces.
struct Text {
  std::string characters;
  friend bool operator==(const Text&, const Text&) = default;
};

}  // namespace my

template <>
struct ferrule::MappingTraits<my::Text> {
  static constexpr bool kIsString = true;
  static std::string_view text(const my::Text& text) { return text.characters; }
  static bool read(std::string plain, my::Text& out) {
    out.characters = std::move(plain);
    return out.characters.find(' ') == std::string::npos;
  }
};
