// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "ferrule/ferrule.h"

/// The server under test, and what it says of itself. Executor-bound.
class ServerProcess {
 public:
  /// `on_ready` is called when all its workers run.
  ServerProcess(ferrule::Runtime& runtime, std::string program, std::string sandbox,
                std::function<void()> on_ready);

  ferrule::Result<void> start();
  uint16_t port() const { return port_; }

  /// One of its workers, each in its turn.
  void kill_a_worker();
  /// SIGHUP or SIGTERM.
  void send_signal(int signal);
  /// Calls with its exit status.
  void wait(std::function<void(ferrule::ExitStatus)> on_ended);

  size_t num_kills() const { return killed_.size(); }
  bool was_killed(const std::string& worker) const { return killed_.contains(worker); }
  /// Connections that were in the hands of workers when those died, by the server's count.
  uint64_t num_lost_connections() const { return num_lost_connections_; }
  uint32_t configuration() const { return configuration_; }

 private:
  static constexpr size_t kNumWorkers = 4;

  void on_output(std::string_view piece);
  void on_line(const std::string& line);

  ferrule::Runtime& runtime_;
  const std::string program_;
  const std::string sandbox_;
  std::function<void()> on_ready_;
  ferrule::ChildProcess process_;
  std::string rest_;  // of the output: a line that is not complete
  uint16_t port_ = 0;
  uint32_t configuration_ = 0;
  std::map<std::string, pid_t> workers_;
  std::set<std::string> killed_;
  uint64_t num_lost_connections_ = 0;
};
