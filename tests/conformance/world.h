// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "ferrule/wire/pipe_end.h"
#include "ferrule/bindings/pending.h"

#include "conformance/probe_impl.h"
#include "probe.idl.h"

namespace ferrule::test {

/// Somewhere a probe lives, and a way to get there: the same test runs in all of them.
class World {
 public:
  virtual ~World() = default;

  boost::asio::io_context& io() { return io_; }
  /// Makes pipes in the process of the test.
  virtual wire::PipeFactory& pipes() = 0;
  /// A new pipe to the probe.
  virtual PendingRemote<Probe> probe() = 0;

  /// Runs a coroutine to its end and passes on what it throws.
  void run(const std::function<boost::asio::awaitable<void>()>& body);
  /// Runs until the condition holds.
  void run_until(const std::function<bool()>& is_done);

 protected:
  boost::asio::io_context io_{1};
};

struct WorldKind {
  std::string name;
  std::unique_ptr<World> (*make)();

  friend std::ostream& operator<<(std::ostream& out, const WorldKind& kind) {
    return out << kind.name;
  }
};

/// The same process, two nodes joined by a queue, two nodes joined by a socket, two threads, a
/// child process.
std::vector<WorldKind> all_worlds();

}  // namespace ferrule::test
