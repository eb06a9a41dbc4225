// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/value_type.h"

namespace ferrule::wire {

constinit const ValueType kLeafTypes[static_cast<size_t>(ValueKind::kBits) + 1] = {
    {.kind = ValueKind::kBool},   {.kind = ValueKind::kInt8},   {.kind = ValueKind::kUint8},
    {.kind = ValueKind::kInt16},  {.kind = ValueKind::kUint16}, {.kind = ValueKind::kInt32},
    {.kind = ValueKind::kUint32}, {.kind = ValueKind::kInt64},  {.kind = ValueKind::kUint64},
    {.kind = ValueKind::kFloat},  {.kind = ValueKind::kDouble}, {.kind = ValueKind::kString},
    {.kind = ValueKind::kBytes},  {.kind = ValueKind::kBits},
};

}  // namespace ferrule::wire
