// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/data_pipe_handle.h"
#include "ferrule/stream/data_pipe_end.h"
#include "ferrule/stream/data_pipe_operation.h"
#include "ferrule/stream/data_pipe_stream.h"

namespace ferrule {

/// The reading end of a data pipe: an AsyncReadStream, so `boost::asio::async_read`,
/// `async_read_until` and all that builds on them work.
///
///   ferrule::DataPipeConsumer body(executor, std::move(handle));
///   co_await asio::async_read_until(body, asio::dynamic_buffer(line), '\n', asio::use_awaitable);
///
/// Movable; one operation at a time. Executor-bound. All bytes that were written come first; then
/// operations end with
///   asio::error::eof      the writer closed: that was all
///   Errc::kDisconnected   the writer is gone and did not say so: something is missing
///   Errc::kBadMessage     the peer broke a rule, which `failure()` names
///   operation_aborted     it was cancelled, or this end closed or destroyed
class DataPipeConsumer : public stream::DataPipeStream<DataPipeConsumerHandle, false> {
 public:
  using DataPipeStream::DataPipeStream;

  /// Waits for bytes, then reads as many as are there and fit. `void(error_code, size_t)`.
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return stream::start_operation(
        end_, boost::asio::buffer_size(buffers) > 0 ? 1 : 0,
        [buffers](stream::DataPipeEnd& end) {
          const std::span<uint8_t> bytes = end.bytes(SIZE_MAX);
          const size_t n =
              boost::asio::buffer_copy(buffers, boost::asio::buffer(bytes.data(), bytes.size()));
          end.pass(n);
          return n;
        },
        std::forward<Token>(token));
  }

  /// Waits until there are `min` bytes, at most half the capacity, or the last ones.
  /// `void(error_code)`.
  template <class Token>
  auto async_wait_readable(size_t min, Token&& token) {
    return stream::start_wait(end_, min, std::forward<Token>(token));
  }

  /// Up to `max` bytes where they lie; empty if there are none yet. They are in memory that the
  /// writer can still write to: copy out what you check before you rely on it.
  Result<std::span<const uint8_t>> begin_read(size_t max = SIZE_MAX) {
    auto bytes = end_->begin_phase(max);
    if (!bytes) return std::move(bytes).error();
    return std::span<const uint8_t>(*bytes);
  }
  /// The first `n` of them are read, and their room is the writer's again. Nothing else may be done
  /// in between.
  void end_read(size_t n) { end_->end_phase(n); }
};

}  // namespace ferrule
