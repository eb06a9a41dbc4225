// SPDX-License-Identifier: Apache-2.0
// A process with a probe in it, for the tests to launch.
#include <iostream>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "conformance/probe_impl.h"

int main() {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto parent = runtime.accept_invitation();
  if (!parent) {
    std::cerr << "probe_program: " << parent.error().message() << '\n';
    return 2;
  }
  ferrule::test::ProbeImpl probe(io.get_executor());
  parent->provide<ferrule::test::Probe>(
      [&probe](ferrule::PendingReceiver<ferrule::test::Probe> pending) {
        probe.bind(std::move(pending));
      });
  io.run();  // until the parent is gone
}
