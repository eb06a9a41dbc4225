// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/lock.h"

#include <utility>

#include "ferrule/sandbox/internal/entry_plan.h"
#include "ferrule/sandbox/internal/leaks.h"
#include "ferrule/sandbox/internal/refused_call.h"

namespace ferrule::sandbox {

Result<Report> lock_process(const Policy& policy, std::span<const int> known_sockets) {
  if (!policy.is_any_layer_wanted()) return Report();
  if (auto alone = check_single_thread(); !alone) return std::move(alone).error();
  if (auto closed = check_descriptors(known_sockets); !closed) return std::move(closed).error();

  const Result<EntryPlan> plan = make_entry_plan(policy, Step::kLock, {}, 0);
  if (!plan) return plan.error();
  if (policy.need(Layer::kSeccomp) != Need::kOff) {
    if (auto watched = report_refused_calls(); !watched) return std::move(watched).error();
  }
  LayerResults results;
  const bool is_entered = enter(*plan, results);
  Report report = to_report(results);
  if (auto checked = check_required(policy, report); !checked) return std::move(checked).error();
  if (!is_entered) return Error(Errc::kAccessDenied, "sandbox " + policy.name() + ": half entered");
  return report;
}

}  // namespace ferrule::sandbox
