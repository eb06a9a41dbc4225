// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ferrule::bench {

/// What one run of a program shall do; the same command line for all of them.
struct Job {
  std::string variant;   ///< one of several ways that the program knows
  std::string workload;  ///< "call", "stream", "flight" or "frame"
  size_t num_bytes = 64;
  uint64_t count = 1000;
  uint64_t num_warm_up = 100;
  unsigned num_in_flight = 128;
  unsigned num_clients = 1;
  std::string folder;  ///< of this run alone, for sockets

  std::string address() const { return folder + "/socket"; }
  /// A request on the wire of those who need one: a stream socket sends no empty message.
  size_t num_raw_bytes() const { return num_bytes == 0 ? 1 : num_bytes; }
};

/// Ends the program with a message where the command line makes no sense.
Job parse_job(int argc, char** argv);

}  // namespace ferrule::bench
