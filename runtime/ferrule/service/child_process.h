// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/sandbox/policy.h"
#include "ferrule/sandbox/report.h"
#include "ferrule/service/connection.h"
#include "ferrule/service/interface_needs.h"
#include "ferrule/service/last_call.h"

namespace ferrule {

namespace service {
class ChildState;
}

struct LaunchOptions {
  /// Path of the program. PATH is not searched.
  std::string program{};
  /// What follows the program's name.
  std::vector<std::string> arguments{};
  /// "NAME=value" each. Nothing: as this process has it.
  std::optional<std::vector<std::string>> environment{};
  /// The kernel kills the program when the thread that launched it ends, however it ends.
  bool dies_with_parent = true;
  /// What the program may do. It is started in its namespaces, and locks itself when it takes its
  /// invitation: what it loads before, it loads freely. One that does not is killed.
  std::optional<sandbox::Policy> sandbox{};
  /// Interfaces that it is to implement: it is not started in a sandbox that is weaker than one of
  /// them says (`[ServiceSandbox]`). `needs_of<ImageDecoder>()` each. Those that it is asked for
  /// later are checked then.
  std::vector<InterfaceNeeds> serves{};
  /// What it may hold ends of, where that is not everybody's (`[RequireContext]`).
  std::vector<GrantedContext> contexts{};
  /// How long the program may take until it has taken its invitation. Then it is killed.
  std::optional<std::chrono::milliseconds> arrival_deadline{};
  /// What the program writes to its standard streams is kept (the last of it) for
  /// `ChildProcess::output`, instead of going where ours goes.
  bool captures_output = false;
  /// And is passed on as it comes, in pieces. On the runtime's executor.
  std::function<void(std::string_view)> on_output{};
};

/// How long a program is waited for when it is to stop: after it was asked over its connection, and
/// after SIGTERM. Then it is killed.
struct StopPatience {
  std::chrono::milliseconds after_asking{2000};
  std::chrono::milliseconds after_signal{2000};
};

/// How a process ended: by `exit`, with a code, or by a signal.
struct ExitStatus {
  int code = 0;    ///< 0 to 255; means nothing if it was killed
  int signal = 0;  ///< 0 if it was not killed

  bool is_success() const noexcept { return code == 0 && signal == 0; }
  /// "exit code 3" or "killed by signal 9 (Killed)".
  std::string to_text() const;

  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

/// A program that this one started, and the connection to it. Owns the process: destroying this
/// kills it, if it still runs, and collects it. Move-only; I/O-bound.
class ChildProcess {
 public:
  ChildProcess() = default;
  ChildProcess(std::shared_ptr<service::ChildState> state, Connection connection) noexcept;
  ChildProcess(ChildProcess&&) noexcept;
  ChildProcess& operator=(ChildProcess&&) noexcept;
  ~ChildProcess();

  Connection& connection() noexcept { return connection_; }
  pid_t id() const noexcept;

  /// Sends SIGKILL. Succeeds also when the process has ended.
  Result<void> kill();

  /// Completes with `void(error_code, ExitStatus)` when the process has ended.
  template <class Token>
  auto async_wait(Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, ExitStatus)>(
        [state = state_](auto handler) { wait(state, to_shared(*state, std::move(handler))); },
        token);
  }

  /// Completes with `void(error_code)` when the program has taken its invitation, and is locked if
  /// it was given a sandbox. Errors: `Errc::kLaunchFailed` (it ended before, or does not lock;
  /// `failure` says more), `Errc::kTimedOut`. Only for a program with a sandbox or a deadline for
  /// this.
  template <class Token>
  auto async_arrive(Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [state = state_](auto handler) {
          arrive(state, [done = to_shared(*state, DropStatus{std::move(handler)})](
                            error_code error) { done(error, {}); });
        },
        token);
  }

  /// Asks the program to stop, which it hears if it has a `Connection::set_stop_handler`; then
  /// sends SIGTERM, then SIGKILL. Completes as `async_wait` does.
  template <class Token>
  auto async_stop(const StopPatience& patience, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, ExitStatus)>(
        [this, patience](auto handler) { stop(patience, to_shared(*state_, std::move(handler))); },
        token);
  }

  /// What became of the layers of its sandbox. Complete once it has arrived.
  sandbox::Report sandbox_report() const;
  /// Why it has not arrived; empty if nothing is known against it.
  const std::string& failure() const;
  /// The last 16 KiB of what it wrote, if that is captured.
  const std::string& output() const;
  /// The calls that its threads are in, the one it began last first; or that one alone, if it is in
  /// none. By its own word; see `LastCall`. Empty for a program that knows nothing of Ferrule. Also
  /// while it runs, to see where it hangs.
  std::vector<LastCall> last_calls() const;

 private:
  using ExitHandler = std::function<void(error_code, ExitStatus)>;

  // Lets a handler of `void(error_code)` stand where a status is passed, too.
  template <class Handler>
  struct DropStatus {
    Handler handler;
    void operator()(error_code error, ExitStatus /*status*/) { std::move(handler)(error); }
  };
  template <class Handler>
  DropStatus(Handler) -> DropStatus<Handler>;

  // The state needs a handler that can be copied; it runs where its owner wants it to, and keeps
  // that executor busy until then.
  template <class Handler>
  static ExitHandler to_shared(const service::ChildState& state, Handler handler) {
    auto shared = std::make_shared<Handler>(std::move(handler));
    auto executor = executor_for(*shared, executor_of(state));
    return [shared, work = boost::asio::make_work_guard(executor)](error_code error,
                                                                   ExitStatus status) {
      boost::asio::dispatch(work.get_executor(), [shared, error, status]() mutable {
        std::move (*shared)(error, status);
      });
    };
  }
  template <class Handler>
  static auto executor_for(const Handler& handler, const boost::asio::any_io_executor& other) {
    return boost::asio::get_associated_executor(handler, other);
  }
  template <class Handler>
  static auto executor_for(const DropStatus<Handler>& wrapped,
                           const boost::asio::any_io_executor& other) {
    return boost::asio::get_associated_executor(wrapped.handler, other);
  }

  static const boost::asio::any_io_executor& executor_of(const service::ChildState& state);
  static void wait(const std::shared_ptr<service::ChildState>& state, ExitHandler handler);
  static void arrive(const std::shared_ptr<service::ChildState>& state,
                     std::function<void(error_code)> handler);
  void stop(const StopPatience& patience, ExitHandler handler);

  std::shared_ptr<service::ChildState> state_;  // shared with the waits under way
  Connection connection_;
};

}  // namespace ferrule
