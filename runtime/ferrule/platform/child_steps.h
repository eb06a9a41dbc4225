// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace ferrule::platform {

// The steps of a new process between its making and its program. They may run in the parent's own
// memory, or in a copy in which some other thread holds a lock for ever: so they allocate nothing,
// call no handler and use only system calls; all they need is prepared before.

#define FERRULE_NO_SANITIZE __attribute__((no_sanitize("address", "thread", "undefined")))

/// Only ::syscall: the functions of the C library that wrap these calls are replaced by sanitizers,
/// which keep books about descriptors and handlers. The child would write into the parent's books.
template <class... Arguments>
FERRULE_NO_SANITIZE inline long call(long number, Arguments... arguments) {
  return ::syscall(number, arguments...);
}

/// Makes `sources[i]` descriptor i (-1: leaves it as it is) and closes all others: at once or,
/// where some are needed until then, when the program starts. Overwrites `sources`.
bool place_descriptors(int* sources, int count, bool closes_at_exec);

/// Handlers of the parent must not run here. A signal that the parent ignores stays ignored, as
/// under nohup(1) it should; but for SIGPIPE, which libraries ignore for themselves and programs do
/// not expect to be.
void reset_signals(const sigset_t& mask);

}  // namespace ferrule::platform
