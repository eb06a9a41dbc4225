// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ferrule/base/result.h"

namespace ferrule::sandbox {

/// From now on a call that a filter refuses is named on standard error before it kills.
Result<void> report_refused_calls();

}  // namespace ferrule::sandbox
