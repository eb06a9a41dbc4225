// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "ferrule/base/result.h"
#include "ferrule/sandbox/policy.h"
#include "ferrule/service/interface_needs.h"

namespace ferrule::service {

/// Whether a program that was given this sandbox may implement the interface. The error names the
/// interface, what is wanted and what is given.
Result<void> check_service_sandbox(const InterfaceNeeds& needs,
                                   const std::optional<sandbox::Policy>& given);

}  // namespace ferrule::service
