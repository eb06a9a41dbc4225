// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/peers/job.h"
#include "bench/raw_io.h"

namespace ferrule::bench {

/// Thrown by what a peer cannot do. The program then ends with status 3.
struct Unsupported {};

/// The client's side of one connection.
class Client {
 public:
  Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  virtual ~Client() = default;

  /// Sends the request and waits for the answer: the sum of its words.
  virtual uint64_t call(std::span<const uint8_t> request) = 0;
  /// Sends the message so many times, without answers, and waits until the server has counted all.
  virtual void stream(std::span<const uint8_t> message, uint64_t count);
  /// Makes so many calls, with so many of them under way at a time.
  virtual void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight);
  /// As `call`, but with bytes that are written anew each time: the words from `first` on.
  virtual uint64_t send_frame(size_t num_bytes, uint64_t first);

  /// Numbers of its own for the result: names and values.
  virtual std::vector<std::pair<std::string, double>> counters() const { return {}; }

 private:
  std::vector<uint8_t> frame_;
};

/// One way for two processes to talk. A program is one of them, or a few that are close:
///
///   int main(int argc, char** argv) { return run_peer(argc, argv, SocketPeer()); }
class Peer {
 public:
  virtual ~Peer() = default;
  /// What it is called in tables, without the variant.
  virtual std::string name() const = 0;
  /// Names of versions and of all that was chosen for it.
  virtual std::string settings(const Job& job) const = 0;
  /// In the server's process: calls `is_ready` when clients may come; never returns.
  virtual void serve(const Job& job, const std::function<void()>& is_ready) = 0;
  virtual std::unique_ptr<Client> connect(const Job& job) = 0;
};

/// Starts the server in a process of its own, does the work, and prints one line of JSON.
int run_peer(int argc, char** argv, Peer&& peer);

/// What a client puts into the bytes that it makes anew.
inline void fill_words(std::span<uint8_t> bytes, uint64_t first) {
  for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    const uint64_t word = first + i / 8;
    __builtin_memcpy(bytes.data() + i, &word, 8);
  }
}

}  // namespace ferrule::bench
