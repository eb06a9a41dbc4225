// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "ferrule/base/result.h"
#include "ferrule/sandbox/policy.h"
#include "ferrule/sandbox/report.h"

namespace ferrule::sandbox {

/// Puts `policy` in force on this process, for good: the second of two steps, after the program has
/// loaded what it needs and before it meets anything hostile. `Runtime::accept_invitation` does
/// this by itself in a program that was launched with a sandbox.
///
/// Refuses, and changes nothing, if another thread runs, which would go on outside, or if a
/// descriptor is open that leads out: a folder, a device, a file to write, a socket that is not
/// among `known_sockets`. Standard streams may be anything but folders. Errors:
/// `Errc::kAccessDenied` with what is in the way, or which required layer the kernel refused; the
/// process may then be half locked, and should end. From then on a call that the policy does not
/// allow kills the process with SIGSYS, and a line on standard error names it.
Result<Report> lock_process(const Policy& policy, std::span<const int> known_sockets = {});

}  // namespace ferrule::sandbox
