// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ferrule/base/name128.h"

namespace ferrule {

/// 128 bits from the kernel that nobody guesses: `UnguessableToken::random()`. Who knows one may
/// use what it stands for, so it belongs in no log.
using UnguessableToken = Name128<struct UnguessableTokenTag>;

}  // namespace ferrule
