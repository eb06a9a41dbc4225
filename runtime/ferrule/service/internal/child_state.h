// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "ferrule/platform/process.h"
#include "ferrule/service/child_process.h"

namespace ferrule::service {

/// What stands behind a `ChildProcess`: the process, and those who wait for its end. I/O-bound.
class ChildState final : public std::enable_shared_from_this<ChildState> {
 public:
  using Handler = std::function<void(error_code, ExitStatus)>;

  ChildState(boost::asio::any_io_executor executor, platform::Process process);
  ~ChildState();

  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
  platform::Process& process() noexcept { return *process_; }

  void wait(Handler handler);
  /// Kills and collects the process. Those who wait are told that they were given up.
  void end();

 private:
  void on_ended();
  void complete_all(error_code error, ExitStatus status);

  const boost::asio::any_io_executor executor_;
  std::optional<platform::Process> process_;
  boost::asio::posix::stream_descriptor waiter_;  // on the process's descriptor, borrowed
  std::vector<Handler> handlers_;
};

}  // namespace ferrule::service
