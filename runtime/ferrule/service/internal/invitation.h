// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/process.h"
#include "ferrule/sandbox/internal/control_group.h"
#include "ferrule/service/child_process.h"
#include "ferrule/service/internal/status_of_child.h"

namespace ferrule::service {

/// A program that was started with one end of a socket, and the other end.
struct InvitedProcess {
  platform::Process process;
  UniqueFd socket;
  UniqueFd arrival{};  ///< where it says that it has arrived, if that is waited for
  UniqueFd output{};   ///< what it writes, if that is captured
  sandbox::Report start_report{};
  StatusOfChild status{};
  std::optional<sandbox::ControlGroup> control_group{};
};

/// Starts a program that finds a socket to this process by the environment variable
/// FERRULE_INVITATION, which holds the number of the descriptor. FERRULE_ARRIVAL is the number of
/// another one, FERRULE_STATUS that of a page to show its status in, and FERRULE_SANDBOX the policy
/// that it is to lock itself in with.
Result<InvitedProcess> launch_with_invitation(const LaunchOptions& options);

/// The socket that this program was started with; if it was started with a sandbox, this process is
/// locked then. What launched it is told. The variable is removed, so that neither a second
/// call nor a program that this one starts takes the same descriptor for its own.
Result<UniqueFd> take_invitation();

}  // namespace ferrule::service
