// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>

#include "ferrule/wire/traits.h"
#include "ferrule/big_buffer.idl.h"
#include "ferrule/types/big_buffer.h"

template <>
struct ferrule::MappingTraits<ferrule::BigBuffer> {
  using Plain = ferrule::common::BigBuffer;
  static constexpr std::string_view kRule =
      "SEALED_MEMORY_INVALID: not sealed, shorter than announced, or made of holes";

  static Plain shape(const BigBuffer& buffer) {
    return buffer.is_inline() ? Plain::make_bytes(buffer.inline_bytes()) : Plain::make_sealed({});
  }
  static Plain to_plain(BigBuffer&& buffer) {
    if (buffer.is_inline()) return Plain::make_bytes(buffer.inline_bytes());
    const size_t num_bytes = buffer.size();
    return Plain::make_sealed({.memory = buffer.take_sealed(), .num_bytes = num_bytes});
  }
  static bool read(Plain plain, BigBuffer& out) {
    if (plain.is_bytes()) {
      out = BigBuffer(std::move(plain.get_bytes()));
      return true;
    }
    common::SealedBytes& sealed = plain.get_sealed();
    auto buffer = BigBuffer::adopt(std::move(sealed.memory), sealed.num_bytes);
    if (buffer) out = *std::move(buffer);
    return buffer.ok();
  }
};
