// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/child_steps.h"

#include <fcntl.h>
#include <linux/close_range.h>

namespace ferrule::platform {
namespace {

// struct sigaction as the kernel has it, with room for what some architectures add.
struct KernelSignalAction {
  void (*handler)(int);
  unsigned long fields[7];
};

}  // namespace

// Moves every source above all targets first: a target may be another's source.
FERRULE_NO_SANITIZE bool place_descriptors(int* sources, int count, bool closes_at_exec) {
  for (int target = 0; target < count; ++target) {
    if (sources[target] < 0) continue;
    sources[target] = static_cast<int>(call(SYS_fcntl, sources[target], F_DUPFD, count));
    if (sources[target] < 0) return false;
  }
  for (int target = 0; target < count; ++target) {
    if (sources[target] >= 0 && call(SYS_dup3, sources[target], target, 0) < 0) return false;
  }
  const unsigned flags = closes_at_exec ? CLOSE_RANGE_CLOEXEC : 0U;
  return call(SYS_close_range, static_cast<unsigned>(count), ~0U, flags) == 0;
}

FERRULE_NO_SANITIZE void reset_signals(const sigset_t& mask) {
  constexpr size_t kMaskBytes = 8;
  const KernelSignalAction standard{};
  for (int signal = 1; signal < NSIG; ++signal) {
    KernelSignalAction action{};
    if (call(SYS_rt_sigaction, signal, nullptr, &action, kMaskBytes) != 0) continue;
    if (action.handler == SIG_IGN && signal != SIGPIPE) continue;
    call(SYS_rt_sigaction, signal, &standard, nullptr, kMaskBytes);
  }
  call(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, kMaskBytes);
}

}  // namespace ferrule::platform
