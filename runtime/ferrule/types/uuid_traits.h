// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "ferrule/wire/traits.h"
#include "ferrule/types/uuid.h"
#include "ferrule/uuid.idl.h"

template <>
struct ferrule::MappingTraits<ferrule::Uuid> {
  static const std::array<uint8_t, 16>& bytes(const Uuid& uuid) { return uuid.bytes; }
  static bool read(ferrule::common::Uuid plain, Uuid& out) {
    out.bytes = plain.bytes;
    return true;
  }
};
