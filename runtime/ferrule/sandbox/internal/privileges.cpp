// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/internal/privileges.h"

#include <cerrno>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

#include "ferrule/platform/child_steps.h"

namespace ferrule::sandbox {
namespace {

using platform::call;

bool forbid_one_speculation(unsigned long kind, const char*& failed_call) {
  failed_call = "prctl (speculation)";
  const long state = call(SYS_prctl, PR_GET_SPECULATION_CTRL, kind, 0L, 0L, 0L);
  if (state < 0) return false;
  if (state == PR_SPEC_NOT_AFFECTED) return true;
  if ((static_cast<unsigned long>(state) & PR_SPEC_PRCTL) == 0) {
    errno = ENXIO;  // the system decided for all processes
    return (static_cast<unsigned long>(state) & PR_SPEC_DISABLE) != 0;
  }
  return call(SYS_prctl, PR_SET_SPECULATION_CTRL, kind, PR_SPEC_FORCE_DISABLE, 0L, 0L) == 0;
}

}  // namespace

bool forbid_new_privileges(const char*& failed_call) noexcept {
  failed_call = "prctl (no_new_privs)";
  return call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0;
}

void drop_capability_bounds() noexcept {
  // Without the right to do this there is also nothing to bound: who has no capability gets none
  // under no_new_privs.
  constexpr long kMostCapabilities = 64;
  for (long capability = 0; capability < kMostCapabilities; ++capability) {
    if (call(SYS_prctl, PR_CAPBSET_DROP, capability, 0L, 0L, 0L) != 0) break;
  }
  // A user 0 without capabilities gets none by starting a program either.
  constexpr long kBits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                         SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED | SECBIT_KEEP_CAPS_LOCKED;
  call(SYS_prctl, PR_SET_SECUREBITS, kBits, 0L, 0L, 0L);
}

bool drop_identity(const char*& failed_call) noexcept {
  int death_signal = 0;
  call(SYS_prctl, PR_GET_PDEATHSIG, &death_signal, 0L, 0L, 0L);
  failed_call = "setgroups";
  if (call(SYS_setgroups, 0, nullptr) != 0) return false;
  failed_call = "setresgid";
  if (call(SYS_setresgid, kNobody, kNobody, kNobody) != 0) return false;
  failed_call = "setresuid";
  if (call(SYS_setresuid, kNobody, kNobody, kNobody) != 0) return false;
  failed_call = "prctl (pdeathsig)";
  return call(SYS_prctl, PR_SET_PDEATHSIG, death_signal, 0L, 0L, 0L) == 0;
}

bool drop_capabilities(const char*& failed_call) noexcept {
  call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
  failed_call = "capset";
  return call(SYS_capset, &header, none) == 0;
}

bool forbid_dumps(const char*& failed_call) noexcept {
  failed_call = "prctl (dumpable)";
  return call(SYS_prctl, PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == 0;
}

bool forbid_speculation(const char*& failed_call) noexcept {
  return forbid_one_speculation(PR_SPEC_STORE_BYPASS, failed_call) &&
         forbid_one_speculation(PR_SPEC_INDIRECT_BRANCH, failed_call);
}

}  // namespace ferrule::sandbox
