// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ferrule/ferrule.h"

#include "server/shared_memory.h"
#include "worker.idl.h"

namespace prefork {

/// A worker as the master sees it: started again whenever it dies. Executor-bound.
class HiredWorker {
 public:
  struct Options {
    std::string program;
    std::string name;
    ferrule::sandbox::Policy sandbox;
  };
  /// Borrows the runtime. `configuration` is asked at each start; `on_ready` is called when there
  /// is one more to hand connections to, `on_given_up` when there will be none any more.
  HiredWorker(ferrule::Runtime& runtime, Options options,
              std::function<Configuration()> configuration, std::function<void()> on_ready,
              std::function<void()> on_given_up);

  ferrule::Result<void> start() { return supervisor_.start(); }
  bool is_ready() const { return is_ready_; }
  /// Connections that it was handed and has not done with.
  uint64_t load() const;
  void hand_over(ferrule::UniqueFd connection);
  void configure(const Configuration& configuration);
  /// It answers what it was asked, and ends.
  void stop(std::function<void(ferrule::ExitStatus)> on_stopped);

 private:
  void on_started(ferrule::ChildProcess& child);
  /// Another one for each start.
  std::string name() const {
    return options_.name + "." + std::to_string(supervisor_.num_starts());
  }

  ferrule::Runtime& runtime_;
  const Options options_;
  const std::function<Configuration()> configuration_;
  const std::function<void()> on_ready_;
  ferrule::Supervisor supervisor_;
  ferrule::Remote<Worker> worker_;
  std::shared_ptr<SharedMemory> counters_;
  uint64_t num_handed_over_ = 0;
  bool is_ready_ = false;
};

}  // namespace prefork
