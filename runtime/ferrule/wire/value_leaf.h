// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "ferrule/base/check.h"
#include "ferrule/wire/bytes.h"
#include "ferrule/wire/value_type.h"

namespace ferrule::wire {

/// The number of an enum, which may not be read as the int32_t that it is stored as.
inline int32_t number_of_enum(const void* value) noexcept {
  int32_t number = 0;
  std::memcpy(&number, value, sizeof(number));
  return number;
}

/// Calls the visitor with the value at `value` as what it is; up to `ValueKind::kBits`. For the
/// walkers of this room.
template <class Visitor>
auto visit_leaf(ValueKind kind, const void* value, Visitor visitor) {
  // clang-format off
  switch (kind) {
    case ValueKind::kBool: return visitor(*static_cast<const bool*>(value));
    case ValueKind::kInt8: return visitor(*static_cast<const int8_t*>(value));
    case ValueKind::kUint8: return visitor(*static_cast<const uint8_t*>(value));
    case ValueKind::kInt16: return visitor(*static_cast<const int16_t*>(value));
    case ValueKind::kUint16: return visitor(*static_cast<const uint16_t*>(value));
    case ValueKind::kInt32: return visitor(*static_cast<const int32_t*>(value));
    case ValueKind::kUint32: return visitor(*static_cast<const uint32_t*>(value));
    case ValueKind::kInt64: return visitor(*static_cast<const int64_t*>(value));
    case ValueKind::kUint64: return visitor(*static_cast<const uint64_t*>(value));
    case ValueKind::kFloat: return visitor(*static_cast<const float*>(value));
    case ValueKind::kDouble: return visitor(*static_cast<const double*>(value));
    case ValueKind::kString: return visitor(*static_cast<const std::string*>(value));
    case ValueKind::kBytes: return visitor(*static_cast<const Bytes*>(value));
    case ValueKind::kBits: return visitor(*static_cast<const std::vector<bool>*>(value));
    default: break;
  }
  // clang-format on
  FERRULE_CHECK(kind <= ValueKind::kBits);
  return visitor(false);
}

}  // namespace ferrule::wire
