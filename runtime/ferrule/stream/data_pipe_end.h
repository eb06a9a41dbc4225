// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/memory.h"
#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/stream/ring.h"

namespace ferrule::stream {

/// What both ends of a data pipe have in common: the ring, the socket that rings when the other
/// side went on, and how it ended. Shared by the end and by an operation that waits in it, so that
/// either may go first. Executor-bound.
class DataPipeEnd {
 public:
  using Descriptor = boost::asio::posix::stream_descriptor;

  /// Checks both descriptors as those of a stranger. What is wrong with them is the `failure()`.
  DataPipeEnd(const boost::asio::any_io_executor& executor, UniqueFd signal, UniqueFd memory,
              bool is_producer);
  DataPipeEnd(const DataPipeEnd&) = delete;
  DataPipeEnd& operator=(const DataPipeEnd&) = delete;

  /// Success: there are `min` bytes, or the last ones. `Errc::kWouldBlock`: not now. Else the end.
  error_code look(size_t min);
  /// The bytes that may be touched, as of the last look.
  std::span<uint8_t> bytes(size_t max) const noexcept { return ring_.bytes(max); }
  /// Hands `n` of them over.
  void pass(size_t n);

  /// A read or write in place: look and touch, then hand over. Only one at a time, and no
  /// operation.
  Result<std::span<uint8_t>> begin_phase(size_t max);
  void end_phase(size_t n);

  /// True: now wait for `descriptor()` to be readable, then `on_woken`. False: look again.
  bool prepare_sleep(size_t min) { return ring_.prepare_sleep(min); }
  void on_woken();
  Descriptor& descriptor() noexcept { return descriptor_; }

  /// Who waits ends with `operation_aborted`.
  void cancel();
  /// With `says_so` the other side is told that this was all; else that something went wrong.
  void close(bool says_so);
  bool is_open() const noexcept { return descriptor_.is_open(); }
  /// The descriptors, for another process or executor; none after a failure.
  std::pair<UniqueFd, UniqueFd> take_descriptors();

  /// The peer broke this rule: that is the end, and the `failure()`.
  error_code break_rule(const char* rule, const char* detail);
  const std::optional<Error>& failure() const noexcept { return failure_; }
  size_t capacity() const noexcept { return ring_.capacity(); }
  /// At most what one may wait for.
  size_t max_min() const noexcept { return ring_.capacity() / 2; }

  bool is_in_phase() const noexcept { return phase_bytes_.has_value(); }

  bool is_waited_for = false;  ///< by an operation

 private:
  void open(UniqueFd signal, UniqueFd memory);

  const bool is_producer_;
  bool is_gone_ = false;  // the other process, or the other end without having been closed
  RingEnd ring_;
  MemoryRef mapping_;
  UniqueFd memory_;
  Descriptor descriptor_;
  std::optional<Error> failure_;
  std::optional<size_t> phase_bytes_;
};

}  // namespace ferrule::stream
