// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ferrule/sandbox/internal/entry_plan.h"

namespace ferrule::sandbox {

/// What a rule may grant for a file, and for a folder and all below it: to read, and so much more.
uint64_t landlock_file_rights(bool is_executable, bool is_writable) noexcept;
uint64_t landlock_folder_rights(bool is_executable, bool is_writable) noexcept;

/// Confines this thread, and what it starts, to `plan.grants`, in files, TCP and, where the kernel
/// can, signals and abstract sockets. System calls only. False: errno and `failed_call` say why.
bool enter_landlock(const EntryPlan& plan, const char*& failed_call) noexcept;

}  // namespace ferrule::sandbox
