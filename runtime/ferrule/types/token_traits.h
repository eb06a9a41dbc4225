// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "ferrule/wire/traits.h"
#include "ferrule/token.idl.h"
#include "ferrule/types/token.h"

template <>
struct ferrule::MappingTraits<ferrule::UnguessableToken> {
  static constexpr std::string_view kRule = "TOKEN_INVALID: all bits are zero";
  static uint64_t high(const UnguessableToken& token) { return token.high; }
  static uint64_t low(const UnguessableToken& token) { return token.low; }
  static bool read(ferrule::common::UnguessableToken plain, UnguessableToken& out) {
    out = {plain.high, plain.low};
    return out.is_valid();
  }
};
