// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ferrule/value.idl.h"

namespace ferrule {

/// What JSON can say, and bytes: `Value::make_list({…})`. A value like all generated unions.
using Value = common::Value;

}  // namespace ferrule
