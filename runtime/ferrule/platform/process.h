// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::platform {

class ProcessSetup;

/// The number under which a new program finds the first of `ProcessOptions::descriptors`.
inline constexpr int kFirstInheritedDescriptor = 3;

// Every member has an initialiser: so that leaving one out in {.program = ...} is no warning.
struct ProcessOptions {
  /// Path of the program. PATH is not searched: who starts a program knows which.
  std::string program;
  /// argv, with the name of the program first. Empty: just `program`.
  std::vector<std::string> arguments{};
  /// "NAME=value" each. Nothing: as this process has it.
  std::optional<std::vector<std::string>> environment{};
  /// Given to the program as 3, 4, 5 and so on, and closed here. Beside these it inherits only
  /// standard input, output and error.
  std::vector<UniqueFd> descriptors{};
  /// Replace the program's standard streams, where set.
  UniqueFd standard_input{};
  UniqueFd standard_output{};
  UniqueFd standard_error{};
  /// The kernel kills the program with SIGKILL when the thread that started it ends. Mind: the
  /// thread, not the process; start it from one that stays.
  bool dies_with_parent = false;
  /// What is done to the process before it becomes the program. Borrowed.
  ProcessSetup* setup = nullptr;
};

/// How a process ended: by `exit`, with a code, or by a signal.
struct ExitStatus {
  int code = 0;    ///< 0 to 255; means nothing if it was killed
  int signal = 0;  ///< 0 if it was not killed

  bool is_success() const noexcept { return code == 0 && signal == 0; }
  bool was_killed() const noexcept { return signal != 0; }
  /// "exit code 3" or "killed by signal 9 (Killed)".
  std::string to_text() const;

  bool operator==(const ExitStatus&) const = default;
};

/// A child process, held by its pidfd: an id that can never come to mean another process. Executor-
/// bound. The owner of this object owns the child: destroying it kills the child if it still runs,
/// and collects it, so no zombie stays. There is no SIGCHLD handler; wait for `descriptor()` to
/// become readable, then call `try_wait`.
///
///   Result<Process> child = Process::start({.program = "/usr/bin/true"});
///   if (child) Result<ExitStatus> status = child->wait();
class Process {
 public:
  static Result<Process> start(ProcessOptions options);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  pid_t id() const noexcept { return id_; }
  /// The pidfd, readable once the process ended; borrowed.
  const UniqueFd& descriptor() const noexcept { return descriptor_; }

  /// How it ended, or nothing while it runs. May be asked again.
  Result<std::optional<ExitStatus>> try_wait();
  /// Blocks until it ended.
  Result<ExitStatus> wait();
  /// Succeeds also when the process has already ended.
  Result<void> send_signal(int signal);

 private:
  Process(pid_t id, UniqueFd descriptor) noexcept : id_(id), descriptor_(std::move(descriptor)) {}

  Result<std::optional<ExitStatus>> collect(int flags);
  void kill_and_collect() noexcept;

  pid_t id_ = 0;
  UniqueFd descriptor_;
  std::optional<ExitStatus> status_;
};

}  // namespace ferrule::platform
