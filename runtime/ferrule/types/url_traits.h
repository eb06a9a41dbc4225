// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "ferrule/wire/traits.h"
#include "ferrule/types/url.h"
#include "ferrule/url.idl.h"

template <>
struct ferrule::MappingTraits<ferrule::Url> {
  static constexpr std::string_view kRule = "URL_INVALID: no scheme, or other than printable ASCII";
  static std::string_view text(const Url& url) { return url.text(); }
  static bool read(ferrule::common::Url plain, Url& out) {
    if (plain.text.empty()) {
      out = Url();
      return true;
    }
    std::optional<Url> url = Url::parse(std::move(plain.text));
    if (url) out = *std::move(url);
    return url.has_value();
  }
};
