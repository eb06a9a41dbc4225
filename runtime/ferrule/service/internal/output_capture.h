// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::service {

/// What is kept of a program's output: enough to see why it died, and no more, however much it
/// says.
inline constexpr size_t kMaxKeptOutputBytes = size_t{16} << 10;

/// Reads what a program writes, and keeps the last of it. I/O-bound.
class OutputCapture final : public std::enable_shared_from_this<OutputCapture> {
 public:
  using Listener = std::function<void(std::string_view)>;

  explicit OutputCapture(const boost::asio::any_io_executor& executor) : waiter_(executor) {}
  ~OutputCapture();

  void start(UniqueFd pipe, Listener listener);
  /// Takes what is there by now, as the program has ended.
  void drain();

  const std::string& text() const noexcept { return text_; }

 private:
  void wait();
  /// False: there is nothing more to come.
  bool read_some(size_t most_reads);

  UniqueFd pipe_;
  boost::asio::posix::stream_descriptor waiter_;  // on `pipe_`, borrowed
  Listener listener_;
  std::string text_;
};

}  // namespace ferrule::service
