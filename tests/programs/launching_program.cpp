// SPDX-License-Identifier: Apache-2.0
// A parent for the tests to kill: launches a program, prints "<its own id> <the child's id>" and
// waits for ever.
//   launching_program <dies_with_parent: 0 or 1> <program> [argument...]
// With the argument "calls" it also calls the probe in that program and prints only once the
// probe has answered and a second call waits there.
#include <iostream>
#include <string>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "probe.idl.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto child = runtime.launch({.program = argv[2],
                               .arguments = {argv + 3, argv + argc},
                               .dies_with_parent = std::string(argv[1]) == "1"});
  if (!child) {
    std::cerr << child.error().message() << '\n';
    return 1;
  }
  const auto print = [&child] { std::cout << ::getpid() << ' ' << child->id() << std::endl; };

  ferrule::Remote<ferrule::test::Probe> probe;
  if (argc > 3 && argv[3] == std::string("calls")) {
    probe.bind(child->connection().request<ferrule::test::Probe>(), io.get_executor());
    probe->Hang([](ferrule::error_code) {});
    probe->Add(1, 2, [&print](ferrule::error_code error, int32_t) {
      if (!error) print();
    });
  } else {
    print();
  }
  const auto work = boost::asio::make_work_guard(io);
  io.run();
}
