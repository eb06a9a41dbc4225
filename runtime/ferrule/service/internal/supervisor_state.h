// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "ferrule/service/runtime.h"
#include "ferrule/service/supervisor.h"

namespace ferrule::service {

/// What stands behind a `Supervisor`. I/O-bound.
class SupervisorState final : public std::enable_shared_from_this<SupervisorState> {
 public:
  SupervisorState(Runtime& runtime, SupervisorOptions options);

  Result<void> start();
  void kill(std::string reason);
  void stop(const StopPatience& patience, std::function<void(ExitStatus)> on_stopped);
  /// Ends everything, and calls nobody any more.
  void abandon();

  ChildProcess* child() noexcept { return child_ ? &*child_ : nullptr; }
  size_t num_starts() const noexcept { return num_starts_; }

 private:
  void on_connection_closed(const Error& why);
  void on_ended(error_code error, ExitStatus status);
  void end(CrashReport report);
  void restart_after(std::chrono::milliseconds delay);

  Runtime& runtime_;
  const SupervisorOptions options_;
  RestartBudget budget_;
  boost::asio::steady_timer timer_;
  std::optional<ChildProcess> child_;
  std::string reason_;
  size_t num_starts_ = 0;
  bool is_stopping_ = false;
};

}  // namespace ferrule::service
