// SPDX-License-Identifier: Apache-2.0
// A process in a row of them, through which an end of a pipe travels.
//   travel_program <how many more follow> <texts to answer at each stop>
#include <cstdlib>
#include <iostream>
#include <string>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "support/travel_stop.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto num_following = std::strtoul(argv[1], nullptr, 10);
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  runtime.allow_introductions();
  auto parent = runtime.accept_invitation();
  if (!parent) return 2;

  // Whoever is before this one may be gone: then the process is there for its visitor, and for
  // those behind. Nobody may wait for ever.
  bool is_first = false;
  ferrule::test::TravelStop stop(io.get_executor(),
                                 {.name = std::to_string(::getpid()),
                                  .num_texts = std::strtoul(argv[2], nullptr, 10),
                                  .count_ports = [&runtime] { return runtime.num_ports(); },
                                  .on_visitor_closed = [&io] { io.stop(); },
                                  .on_sent_back =
                                      [&] {
                                        if (is_first) io.stop();
                                      }});
  const auto leave_unless_visited = [&] {
    if (!stop.has_visitor()) io.stop();
  };
  parent->set_closed_handler([&] {
    is_first = true;
    leave_unless_visited();
  });
  parent->provide_pipe("courier",
                       [&stop](ferrule::MessagePipe pipe) { stop.set_previous(pipe.take_end()); });
  ferrule::ChildProcess child;
  if (num_following > 0) {
    auto launched = runtime.launch({.program = "/proc/self/exe",
                                    .arguments = {std::to_string(num_following - 1), argv[2]},
                                    .dies_with_parent = false});
    if (!launched) {
      std::cerr << "travel_program: " << launched.error().message() << '\n';
      return 2;
    }
    child = std::move(*launched);
    child.connection().set_closed_handler([&] {
      if (is_first) leave_unless_visited();
    });
    stop.set_next(child.connection().request_pipe("courier"));
  }
  io.run();
}
