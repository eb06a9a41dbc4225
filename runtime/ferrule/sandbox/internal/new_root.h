// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ferrule/sandbox/internal/entry_plan.h"

namespace ferrule::sandbox {

enum class NewRoot {
  kDone,
  kRefused,  ///< everything is as it was
  kBroken,   ///< the process stands between the two, and must end
};

/// Moves this process to a mount namespace of its own and in it to a new, read-only root that holds
/// `plan.root_entries` and nothing else. The root that was is let go of. System calls only. Unless
/// it is done, errno and `failed_call` say why not.
NewRoot enter_new_root(const EntryPlan& plan, const char*& failed_call) noexcept;

}  // namespace ferrule::sandbox
