// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
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
#include "ferrule/service/connection.h"

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
        [state = state_](auto handler) {
          // The state needs a handler that can be copied.
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          auto executor = boost::asio::get_associated_executor(*shared, executor_of(*state));
          wait(state, [shared, work = boost::asio::make_work_guard(executor)](error_code error,
                                                                              ExitStatus status) {
            boost::asio::dispatch(work.get_executor(), [shared, error, status]() mutable {
              std::move (*shared)(error, status);
            });
          });
        },
        token);
  }

 private:
  static const boost::asio::any_io_executor& executor_of(const service::ChildState& state);
  static void wait(const std::shared_ptr<service::ChildState>& state,
                   std::function<void(error_code, ExitStatus)> handler);

  std::shared_ptr<service::ChildState> state_;  // shared with the waits under way
  Connection connection_;
};

}  // namespace ferrule
