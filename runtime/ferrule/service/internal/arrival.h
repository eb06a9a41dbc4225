// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/sandbox/policy.h"
#include "ferrule/sandbox/report.h"

namespace ferrule::service {

/// What a program says of itself when it takes its invitation: that it is there, and which layers
/// it put in force; or why it gives up. Through a socket of its own, which it then closes.
std::string arrival_text(const sandbox::Report& report);
std::string refusal_text(const std::string& why);

/// Waits for a program to arrive. It is believed that it has; what it says of its sandbox is
/// compared with what the kernel shows of it. I/O-bound.
class Arrival final : public std::enable_shared_from_this<Arrival> {
 public:
  using Handler = std::function<void(error_code)>;

  explicit Arrival(const boost::asio::any_io_executor& executor);
  ~Arrival();

  /// `on_failure` is called once if the program is to be killed.
  void start(UniqueFd socket, pid_t program, std::optional<sandbox::Policy> policy,
             std::optional<std::chrono::milliseconds> deadline, std::function<void()> on_failure);
  void wait(Handler handler);
  /// Gives up waiting.
  void cancel();

  const sandbox::Report& lock_report() const noexcept { return lock_report_; }
  const std::string& failure() const noexcept { return failure_; }

 private:
  void wait_for_words();
  void on_readable();
  void judge();
  void fail(Errc code, std::string why);
  void complete(error_code result);

  boost::asio::any_io_executor executor_;
  UniqueFd socket_;
  boost::asio::posix::stream_descriptor waiter_;  // on `socket_`, borrowed
  boost::asio::steady_timer timer_;
  pid_t program_ = 0;
  std::optional<sandbox::Policy> policy_;
  std::function<void()> on_failure_;
  std::string words_;
  std::string failure_;
  sandbox::Report lock_report_;
  std::optional<error_code> result_;
  std::vector<Handler> handlers_;
};

}  // namespace ferrule::service
