// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <vector>

namespace ferrule {

class Connection;
class Runtime;
namespace service {
class ShutdownState;
}

struct ShutdownOptions {
  /// What asks the program to end. Empty: only `begin` and `follow` do.
  std::vector<int> signals{SIGTERM};
  /// Calls that take longer are cut. Below the four seconds after which `StopPatience` kills.
  std::chrono::milliseconds deadline{3000};
  /// The end has begun. Receivers are paused by now: resume those that must serve others for calls
  /// in progress to finish, and stop accepting what the runtime does not know of.
  std::function<void()> on_begin{};
  /// Nothing is left to do, or the deadline has passed: end the program, with `exit_code`.
  std::function<void()> on_done{};
};

/// Ends a program in good order when it is told to by SIGTERM, or by whoever launched it:
///
///   GracefulShutdown shutdown(runtime, {.on_done = [&io] { io.stop(); }});
///   shutdown.follow(*parent);  // in a program that was launched
///   io.run();
///   return shutdown.exit_code();
///
/// Listeners close, and calls that had not arrived are not begun: whoever made them sees the pipe
/// close when the program ends. Calls in progress are answered, and the answers leave; then the
/// exit code is 0. After the deadline those that are still open are cut, and it is another one.
///
/// It knows the calls to receivers on the runtime's executor; `hold` is for all other work. An
/// implementation that keeps the executor busy keeps it from ending, too: whoever asked then kills.
/// Borrows the runtime. I/O-bound, but what `hold` returns.
class GracefulShutdown {
 public:
  /// That of a program which was cut: EX_TEMPFAIL.
  static constexpr int kCutExitCode = 75;

  GracefulShutdown(Runtime& runtime, ShutdownOptions options);
  GracefulShutdown(GracefulShutdown&&) = delete;
  /// Signals have their usual effect again.
  ~GracefulShutdown();

  /// Begins when the other side, which launched this program, asks for it (instead of a
  /// `Connection::set_stop_handler`).
  void follow(Connection& connection);
  /// Begins now. What comes later changes nothing.
  void begin();
  bool has_begun() const noexcept;

  /// Work is not done before all copies of what this returns are gone, on whatever thread.
  std::shared_ptr<void> hold() const;

  /// 0 as long as nothing was cut.
  int exit_code() const noexcept;

 private:
  const std::shared_ptr<service::ShutdownState> state_;  // shared with its waits
};

}  // namespace ferrule
