// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/process.h"
#include "ferrule/service/child_process.h"

namespace ferrule::service {

/// A program that was started with one end of a socket, and the other end.
struct InvitedProcess {
  platform::Process process;
  UniqueFd socket;
};

/// Starts a program that finds a socket to this process by the environment variable
/// FERRULE_INVITATION, which holds the number of the descriptor.
Result<InvitedProcess> launch_with_invitation(LaunchOptions options);

/// The socket that this program was started with. The variable is removed, so that neither a second
/// call nor a program that this one starts takes the same descriptor for its own.
Result<UniqueFd> take_invitation();

}  // namespace ferrule::service
