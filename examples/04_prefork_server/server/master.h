// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/ferrule.h"

#include "server/hired_worker.h"
#include "server/shared_memory.h"

namespace prefork {

/// Accepts connections and hands each to the worker with the fewest; never reads a byte of them.
/// Executor-bound.
class Master {
 public:
  struct Options {
    std::string program;  ///< of the workers
    uint16_t port = 0;    ///< 0: the kernel chooses
    size_t num_workers = 4;
    std::string configuration_file{};  ///< its first line is the greeting
    std::string sandbox = "decoder";
  };
  Master(boost::asio::io_context& io, Options options);

  ferrule::Result<void> start();
  /// 0 if all has ended in good order.
  int exit_code() const;

 private:
  ferrule::Result<void> listen();
  void read_configuration();
  void accept();
  void accept_what_waits();
  void hand_over(ferrule::UniqueFd connection);
  HiredWorker* least_loaded();
  void on_ready();
  void listen_to_hangups();
  void begin_to_end();
  void stop_workers();

  boost::asio::io_context& io_;
  const Options options_;
  ferrule::Runtime runtime_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  boost::asio::signal_set hangups_;
  Configuration configuration_;
  std::vector<std::unique_ptr<HiredWorker>> workers_;
  std::optional<ferrule::UniqueFd> waiting_;  // for a worker that is ready
  std::shared_ptr<void> work_;                // until all workers have stopped
  bool is_ending_ = false;
  bool is_fine_ = true;
  ferrule::GracefulShutdown shutdown_;
};

}  // namespace prefork
