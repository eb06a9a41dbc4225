// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

#include "ferrule/base/result.h"
#include "ferrule/sandbox/policy.h"

namespace ferrule::sandbox {

/// The folder of the control group that a process is in, of version 2, by what the kernel says in
/// its /proc/PID/cgroup and /proc/PID/mountinfo. Errors: `Errc::kNotFound`.
Result<std::string> find_control_group(std::string_view cgroup, std::string_view mountinfo);
/// That of this process.
Result<std::string> own_control_group();

/// A control group for one process and all that come of it, with limits for them together. Removed,
/// with whatever still runs in it, when this is destroyed. Move-only.
class ControlGroup {
 public:
  /// Whether the policy limits anything that such a group can.
  static bool is_of_use(const Limits& limits) noexcept {
    return limits.memory_bytes || limits.num_processes;
  }

  /// Makes one in `own_folder`, which is the group of whoever makes it, or beside that: a group
  /// with processes in it can have none below that is limited. Puts `process` into it. Errors: the
  /// controllers are not there, or this user was not given the folder; with the reason.
  static Result<ControlGroup> make(const std::string& own_folder, const Limits& limits,
                                   pid_t process);
  ControlGroup(ControlGroup&& other) noexcept;
  ControlGroup& operator=(ControlGroup&& other) noexcept;
  ~ControlGroup();

  const std::string& folder() const noexcept { return folder_; }

 private:
  explicit ControlGroup(std::string folder) noexcept : folder_(std::move(folder)) {}
  Result<void> set(const Limits& limits) const;
  void remove() noexcept;

  std::string folder_;  // empty: moved from
};

}  // namespace ferrule::sandbox
