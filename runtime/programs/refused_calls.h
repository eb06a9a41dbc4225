// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include "ferrule/base/result.h"
#include "ferrule/platform/process.h"

namespace ferrule::programs {

/// Waits until `child` ends, and writes a line on standard error for each call for which its
/// sandbox kills it or a process of its own. Only the parent can tell that of a program that knows
/// nothing of its sandbox: it looks as a debugger does, and only at signals.
Result<platform::ExitStatus> wait_and_name_refused_calls(pid_t child);

}  // namespace ferrule::programs
