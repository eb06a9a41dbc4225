// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "ferrule/platform/process_setup.h"
#include "ferrule/sandbox/internal/control_group.h"
#include "ferrule/sandbox/internal/entry_plan.h"
#include "ferrule/sandbox/policy.h"
#include "ferrule/sandbox/report.h"

namespace ferrule::sandbox {

/// Starts one process in a sandbox, or does the first half of it (`Step::kStart`).
///
///   auto setup = SandboxSetup::make(policy, Step::kWhole, program);
///   options.setup = setup->get();
///   auto process = platform::Process::start(std::move(options));
///   setup->report();
class SandboxSetup final : public platform::ProcessSetup {
 public:
  /// Errors: those of `make_entry_plan`.
  static Result<std::unique_ptr<SandboxSetup>> make(const Policy& policy, Step step,
                                                    const std::string& program);
  SandboxSetup(const SandboxSetup&) = delete;
  SandboxSetup& operator=(const SandboxSetup&) = delete;
  ~SandboxSetup() override;

  /// What became of the layers; complete when the process has started.
  const Report& report() const noexcept { return report_; }
  /// Where the process is limited together with all that come of it; to be kept as long as it runs.
  std::optional<ControlGroup> take_control_group() noexcept {
    return std::exchange(control_group_, std::nullopt);
  }

  uint64_t clone_flags() const override { return flags_; }
  bool on_clone_refused(int error_number) override;
  const char* place_program(const std::string& program) override;
  Result<void> prepare(pid_t child) override;
  bool apply() noexcept override;
  std::span<std::byte> results() noexcept override;
  Result<void> on_applied() override;

 private:
  SandboxSetup(const Policy& policy, void* page, std::string program);

  void want_namespaces();
  bool drop_namespaces(bool keeps_others, int error_number);
  Result<void> enter_control_group(pid_t child);

  const Policy policy_;
  const std::string program_;
  void* const page_;  // where the path of the program lies, at a place nobody can guess
  const char* program_place_ = nullptr;
  uint64_t flags_ = 0;
  EntryPlan plan_;
  LayerResults results_;
  Report report_;
  LayerReport group_report_;
  std::optional<ControlGroup> control_group_;
};

}  // namespace ferrule::sandbox
