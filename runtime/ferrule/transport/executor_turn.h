// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

namespace ferrule::transport {

/// Whether this thread is inside a handler of `executor`: then what it posts there runs when the
/// handlers that are ready have run. False also where that cannot be seen: an executor of the
/// user's own.
inline bool is_in_turn_of(const boost::asio::any_io_executor& executor) {
  using Loop = boost::asio::io_context::executor_type;
  if (const Loop* loop = executor.target<Loop>()) return loop->running_in_this_thread();
  using Strand = boost::asio::strand<Loop>;
  if (const Strand* strand = executor.target<Strand>()) return strand->running_in_this_thread();
  return false;
}

}  // namespace ferrule::transport
