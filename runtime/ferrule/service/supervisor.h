// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ferrule/service/child_process.h"
#include "ferrule/service/last_call.h"
#include "ferrule/service/restart_budget.h"

namespace ferrule {

class Runtime;
namespace service {
class SupervisorState;
}

/// How a program came to its end.
struct CrashReport {
  ExitStatus status{};
  /// Why its connection ended, where we ended it: the rule that a bad message broke, a deadline.
  std::string reason{};
  /// The last it wrote, if that is captured.
  std::string output{};
  /// The system call that its sandbox refused; empty if it died of something else.
  std::string refused_call{};
  /// What it was doing, as it says itself: `ChildProcess::last_calls`.
  std::vector<LastCall> last_calls{};

  /// In one line, for logs and people.
  std::string to_text() const;
};

struct SupervisorOptions {
  LaunchOptions launch{};
  RestartPolicy restart{};
  /// The program runs, for the first time or again: ask it for its interfaces. The child lives
  /// until the next `on_ended`.
  std::function<void(ChildProcess&)> on_started{};
  /// It ended. `restarts_in` is how long until it is started again, or nothing if it is given up.
  std::function<void(const CrashReport&, std::optional<std::chrono::milliseconds> restarts_in)>
      on_ended{};
};

/// Keeps a program running: starts it, and starts it again when it ends, whichever way, until it
/// ends too often. Destroying this kills the program. Move-only; I/O-bound.
class Supervisor {
 public:
  Supervisor() = default;
  /// Borrows the runtime.
  Supervisor(Runtime& runtime, SupervisorOptions options);
  Supervisor(Supervisor&&) noexcept = default;
  Supervisor& operator=(Supervisor&& other) noexcept;
  ~Supervisor();

  /// Starts the program. Errors: those of `Runtime::launch`; a restart that fails counts as a
  /// crash.
  Result<void> start();
  /// Kills the program for a reason of our own (it hangs, say): it counts as a crash.
  void kill(std::string reason);
  /// Stops the program in good order and starts it no more. The handler is called when it has
  /// ended.
  void stop(const StopPatience& patience, std::function<void(ExitStatus)> on_stopped);

  /// The program, while it runs.
  ChildProcess* child() noexcept;
  size_t num_starts() const noexcept;

 private:
  std::shared_ptr<service::SupervisorState> state_;  // shared with its waits
};

}  // namespace ferrule
