// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/filter.h>
#include <string>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/sandbox/internal/call_list.h"

namespace ferrule::sandbox {

/// A list of calls as the kernel takes it. What is not on the list raises SIGSYS, which kills
/// unless there is a handler; made under the rules of another architecture, a call always kills.
/// Errors: `Errc::kInvalidArgument` for a call that the policy names and that does not exist.
Result<std::vector<sock_filter>> make_call_filter(const std::vector<CallRule>& rules,
                                                  const std::vector<std::string>& must_exist);

/// "socket" for 41, or "call 9999".
std::string call_name(int number);

}  // namespace ferrule::sandbox
