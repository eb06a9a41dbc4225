// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <sys/types.h>

#include "ferrule/base/result.h"
#include "ferrule/platform/process.h"
#include "ferrule/platform/process_setup.h"

namespace ferrule::programs {

/// A sandbox whose process is looked at from its beginning: the way a debugger does, and only at
/// signals. Only so can anybody tell which call was refused to a program that knows nothing of its
/// sandbox. Borrows what it wraps.
class WatchedSetup final : public platform::ProcessSetup {
 public:
  explicit WatchedSetup(platform::ProcessSetup& wrapped) : wrapped_(wrapped) {}

  uint64_t clone_flags() const override { return wrapped_.clone_flags(); }
  bool on_clone_refused(int error_number) override {
    return wrapped_.on_clone_refused(error_number);
  }
  const char* place_program(const std::string& program) override {
    return wrapped_.place_program(program);
  }
  Result<void> prepare(pid_t child) override;
  bool apply() noexcept override { return wrapped_.apply(); }
  std::span<std::byte> results() noexcept override { return wrapped_.results(); }
  Result<void> on_applied() override { return wrapped_.on_applied(); }

 private:
  platform::ProcessSetup& wrapped_;
};

/// Waits until `child`, which is watched, ends, and writes a line on standard error for each call
/// for which its sandbox kills it or a process of its own.
Result<platform::ExitStatus> wait_and_name_refused_calls(pid_t child);

}  // namespace ferrule::programs
