// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "own_paint.h"
#include "paint.idl.h"

template <>
struct ferrule::MappingTraits<own::Paint> {
  static uint32_t rgb(const own::Paint& paint) { return paint.value; }
  static bool read(incremental::Paint plain, own::Paint& out) {
    out.value = plain.rgb;
    return true;
  }
};
