// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/platform/process.h"
#include "ferrule/service/child_process.h"
#include "ferrule/service/internal/arrival.h"
#include "ferrule/service/internal/invitation.h"
#include "ferrule/service/internal/output_capture.h"

namespace ferrule::service {

/// What stands behind a `ChildProcess`: the process, and those who wait for its end. I/O-bound.
class ChildState final : public std::enable_shared_from_this<ChildState> {
 public:
  using Handler = std::function<void(error_code, ExitStatus)>;

  ChildState(boost::asio::any_io_executor executor, platform::Process process);
  /// Listens to what came with the process: its arrival and its output.
  void follow(InvitedProcess& invited, const LaunchOptions& options);
  ~ChildState();

  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
  platform::Process& process() noexcept { return *process_; }

  Arrival& arrival() noexcept { return *arrival_; }
  const OutputCapture& output() const noexcept { return *output_; }
  const sandbox::Report& start_report() const noexcept { return start_report_; }

  const StatusOfChild& status() const noexcept { return status_; }

  void wait(Handler handler);
  /// `question` is the pipe by which it was asked.
  void stop(const StopPatience& patience, std::unique_ptr<wire::PipeEnd> question, Handler handler);
  /// Kills and collects the process. Those who wait are told that they were given up.
  void end();

 private:
  void on_ended();
  void signal_after(std::chrono::milliseconds patience, int signal,
                    std::chrono::milliseconds next_patience);
  void complete_all(error_code error, ExitStatus status);

  const boost::asio::any_io_executor executor_;
  std::optional<sandbox::ControlGroup> control_group_;  // outlives the process
  std::optional<platform::Process> process_;
  boost::asio::posix::stream_descriptor waiter_;  // on the process's descriptor, borrowed
  std::vector<Handler> handlers_;
  const std::shared_ptr<Arrival> arrival_;       // shared with its waits
  const std::shared_ptr<OutputCapture> output_;  // shared with its waits
  sandbox::Report start_report_;
  StatusOfChild status_;
  boost::asio::steady_timer stop_timer_;
  std::unique_ptr<wire::PipeEnd> stop_question_;
};

}  // namespace ferrule::service
