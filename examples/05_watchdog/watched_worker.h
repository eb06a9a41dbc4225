// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "ferrule/ferrule.h"

#include "worker.idl.h"

/// A worker that is pinged all the time, killed when it does not answer, and started again until it
/// has died too often. Executor-bound.
class WatchedWorker {
 public:
  struct Times {
    std::chrono::milliseconds between_pings{5};
    /// Much longer than an answer ever takes on a loaded machine: a worker that is only slow must
    /// not be killed.
    std::chrono::milliseconds patience{2000};
  };

  /// Borrows the runtime. `on_given_up` is called when there will be no more restart.
  WatchedWorker(ferrule::Runtime& runtime, std::string temper, const Times& times,
                std::function<void()> on_given_up);

  ferrule::Result<void> start() { return supervisor_.start(); }
  void stop(std::function<void(ferrule::ExitStatus)> on_stopped);

  size_t num_pings() const { return num_pings_; }

 private:
  void on_started(ferrule::ChildProcess& child);
  void ping();
  void on_answer();

  ferrule::Runtime& runtime_;
  const std::string temper_;
  const Times times_;
  boost::asio::steady_timer timer_;  // until the next ping or, while one is out, until the end
  ferrule::Remote<watchdog::Worker> worker_;
  ferrule::Supervisor supervisor_;
  size_t num_pings_ = 0;
};
