// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace ferrule::test {

/// Runs handlers, and waits for them, until the condition holds.
template <class Condition>
void run_until(boost::asio::io_context& io, Condition&& is_done) {
  // A loop that ran out of work stays stopped until it is told otherwise.
  io.restart();
  const auto work = boost::asio::make_work_guard(io);
  while (!is_done()) io.run_one();
}

/// Runs the handlers that are ready, and those that they make ready.
inline void run_ready(boost::asio::io_context& io) {
  io.restart();
  while (io.poll() != 0) io.restart();
}

}  // namespace ferrule::test
