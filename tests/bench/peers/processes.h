// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <sys/types.h>
#include <vector>

namespace ferrule::bench {

/// A process that ends with the one that made it.
class ServerProcess {
 public:
  /// Returns when `serve` has called what it is given.
  explicit ServerProcess(const std::function<void(const std::function<void()>&)>& serve);
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess();

  pid_t id() const noexcept { return id_; }

 private:
  pid_t id_;
};

/// Of a process, until now.
struct Usage {
  double cpu_seconds = 0;  ///< user and system
  uint64_t num_faults = 0;
};
Usage usage_of(pid_t process);

/// Runs `work(i)` in a process for each i; all begin together when each has come to the start.
/// Gives back how many seconds each took, and in `total` those from the start to the last end.
std::vector<double> run_together(unsigned count,
                                 const std::function<std::function<void()>(unsigned)>& prepare,
                                 double& total);

double seconds_now();

}  // namespace ferrule::bench
