// SPDX-License-Identifier: Apache-2.0
// A process with a probe in it, for the tests to launch.
#include <iostream>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "conformance/probe_impl.h"

namespace {

ferrule::test::ProbeCost to_cost(const ferrule::ConnectionCounters& counters) {
  return {counters.num_send_calls,    counters.num_receive_calls,
          counters.socket_bytes_sent, counters.socket_bytes_received,
          counters.shared_bytes_sent, counters.shared_bytes_received};
}

}  // namespace

int main() {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto parent = runtime.accept_invitation();
  if (!parent) {
    std::cerr << "probe_program: " << parent.error().message() << '\n';
    return 2;
  }
  ferrule::test::ProbeImpl probe(io.get_executor());
  probe.set_cost([&parent] { return to_cost(parent->counters()); });
  parent->provide<ferrule::test::Probe>(
      [&probe](ferrule::PendingReceiver<ferrule::test::Probe> pending) {
        probe.bind(std::move(pending));
      });
  io.run();  // until the parent is gone
}
