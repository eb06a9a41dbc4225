// SPDX-License-Identifier: Apache-2.0
// The order is the idea: each step takes away something that an earlier one needed. Mounts need
// rights over the namespace, Landlock needs the new root, the user is left before the last rights
// are, and the list of system calls comes at the very end, as it forbids all of the above.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/resource.h>

#include "ferrule/platform/child_steps.h"
#include "ferrule/sandbox/internal/entry_plan.h"
#include "ferrule/sandbox/internal/landlock.h"
#include "ferrule/sandbox/internal/new_root.h"
#include "ferrule/sandbox/internal/privileges.h"

namespace ferrule::sandbox {
namespace {

using platform::call;

constexpr unsigned kSetModeFilter = 1;  // SECCOMP_SET_MODE_FILTER

class Entry {
 public:
  Entry(const EntryPlan& plan, LayerResults& results) : plan_(plan), results_(results) {}

  bool enter() {
    const char* failed_call = "";
    return enter_root() && name_host() && set_limits() &&
           apply(
               Layer::kSpeculation, [&] { return forbid_speculation(failed_call); }, failed_call) &&
           apply(
               Layer::kNoNewPrivileges, [&] { return forbid_new_privileges(failed_call); },
               failed_call) &&
           apply(
               Layer::kLandlock, [&] { return enter_landlock(plan_, failed_call); }, failed_call) &&
           are_files_guarded() && leave_rights(failed_call) && enter_non_dumpable(failed_call) &&
           enter_call_filter(failed_call);
  }

 private:
  bool is_wanted(Layer layer) const { return plan_.needs[layer] != Need::kOff; }

  // Runs `step` if the layer is wanted. False: it failed and is required.
  template <class StepFunction>
  bool apply(Layer layer, StepFunction step, const char*& failed_call) {
    if (!is_wanted(layer)) return true;
    if (step()) {
      results_[layer].state = LayerState::kInForce;
      return true;
    }
    return miss(layer, errno, failed_call);
  }

  bool miss(Layer layer, int error_number, const char* failed_call) {
    LayerResult& result = results_[layer];
    result.state = LayerState::kMissing;
    result.error_number = error_number;
    for (size_t i = 0; i + 1 < sizeof(result.call); ++i) {
      result.call[i] = failed_call[i];
      if (failed_call[i] == '\0') break;
    }
    return plan_.needs[layer] != Need::kRequire;
  }

  bool enter_root() {
    if (!is_wanted(Layer::kMountNamespace)) return true;
    const char* failed_call = "";
    const NewRoot outcome = enter_new_root(plan_, failed_call);
    if (outcome == NewRoot::kDone) {
      results_[Layer::kMountNamespace].state = LayerState::kInForce;
      return true;
    }
    const bool may_go_on = miss(Layer::kMountNamespace, errno, failed_call);
    return may_go_on && outcome == NewRoot::kRefused;
  }

  bool name_host() {
    constexpr char kName[] = "sandbox";
    if (is_wanted(Layer::kUtsNamespace) &&
        results_[Layer::kUtsNamespace].state == LayerState::kInForce) {
      call(SYS_sethostname, kName, sizeof(kName) - 1);
    }
    return true;
  }

  bool set_limits() {
    const char* failed_call = "prlimit";
    return apply(
        Layer::kLimits,
        [this] { return std::all_of(plan_.limits.begin(), plan_.limits.end(), &Entry::set_limit); },
        failed_call);
  }

  // Never above what there was.
  static bool set_limit(const ResourceLimit& limit) {
    rlimit before{};
    if (call(SYS_prlimit64, 0, limit.resource, nullptr, &before) != 0) return false;
    const rlim_t value = std::min<rlim_t>(limit.value, before.rlim_max);
    const rlimit after{value, value};
    return call(SYS_prlimit64, 0, limit.resource, &after, nullptr) == 0;
  }

  // Paths are kept by the root or by Landlock; numbers of calls know nothing of them. With neither,
  // a policy that may open some files could open all.
  bool are_files_guarded() {
    return results_[Layer::kMountNamespace].state != LayerState::kMissing ||
           results_[Layer::kLandlock].state != LayerState::kMissing;
  }

  bool leave_rights(const char*& failed_call) {
    if (is_wanted(Layer::kCapabilities)) drop_capability_bounds();
    return apply(
               Layer::kIdentity, [&] { return drop_identity(failed_call); }, failed_call) &&
           apply(
               Layer::kCapabilities, [&] { return drop_capabilities(failed_call); }, failed_call);
  }

  bool enter_non_dumpable(const char*& failed_call) {
    if (!is_wanted(Layer::kNonDumpable)) return true;
    if (plan_.step != Step::kLock) return miss(Layer::kNonDumpable, 0, "execve undoes it");
    return apply(
        Layer::kNonDumpable, [&] { return forbid_dumps(failed_call); }, failed_call);
  }

  bool enter_call_filter(const char*& failed_call) {
    const sock_fprog program{static_cast<unsigned short>(plan_.call_filter.size()),
                             const_cast<sock_filter*>(plan_.call_filter.data())};
    failed_call = "seccomp";
    return apply(
        Layer::kSeccomp, [&] { return call(SYS_seccomp, kSetModeFilter, 0U, &program) == 0; },
        failed_call);
  }

  const EntryPlan& plan_;
  LayerResults& results_;
};

}  // namespace

bool enter(const EntryPlan& plan, LayerResults& results) noexcept {
  return Entry(plan, results).enter();
}

Report to_report(const LayerResults& results) {
  Report report;
  for (const Layer layer : all_layers()) {
    const LayerResult& result = results[layer];
    report[layer].state = result.state;
    if (result.state != LayerState::kMissing) continue;
    const std::string call_text(result.call, ::strnlen(result.call, sizeof(result.call)));
    report[layer].reason = result.error_number == 0
                               ? call_text
                               : Error::from_errno(result.error_number, call_text).message();
  }
  return report;
}

namespace {

Error refusal(const Policy& policy, const std::string& why) {
  return Error(Errc::kAccessDenied, "sandbox " + policy.name() + ": " + why);
}

}  // namespace

Result<void> check_required(const Policy& policy, const Report& report) {
  for (const Layer layer : all_layers()) {
    if (policy.need(layer) != Need::kRequire || report[layer].state != LayerState::kMissing)
      continue;
    return refusal(policy, "no " + std::string(to_name(layer)) + ": " + report[layer].reason);
  }
  const auto is_missing = [&report](Layer layer) {
    return report[layer].state == LayerState::kMissing;
  };
  if (is_missing(Layer::kMountNamespace) && is_missing(Layer::kLandlock)) {
    return refusal(policy, "nothing would keep it from files: mount-namespace: " +
                               report[Layer::kMountNamespace].reason +
                               "; landlock: " + report[Layer::kLandlock].reason);
  }
  return {};
}

}  // namespace ferrule::sandbox
