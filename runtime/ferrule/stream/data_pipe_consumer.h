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
class DataPipeConsumer {
 public:
  using executor_type = boost::asio::any_io_executor;

  /// An end that is not open.
  DataPipeConsumer() = default;
  /// Checks the handle; if it is no good, `is_open()` is false and all operations fail.
  DataPipeConsumer(const executor_type& executor, DataPipeConsumerHandle handle)
      : end_(std::make_shared<stream::DataPipeEnd>(executor, handle.take_signal(),
                                                   handle.take_memory(), false)) {}
  DataPipeConsumer(DataPipeConsumer&&) noexcept = default;
  DataPipeConsumer& operator=(DataPipeConsumer&& other) noexcept {
    if (this != &other) {
      drop();
      end_ = std::move(other.end_);
    }
    return *this;
  }
  ~DataPipeConsumer() { drop(); }

  executor_type get_executor() const noexcept { return end_->descriptor().get_executor(); }
  bool is_open() const noexcept { return end_ != nullptr && end_->is_open(); }
  /// Why it is not, where that is the peer's or the system's doing.
  std::optional<Error> failure() const { return end_ ? end_->failure() : std::nullopt; }
  size_t capacity() const noexcept { return end_->capacity(); }

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

  /// Ends a waiting operation.
  void cancel() {
    if (end_) end_->cancel();
  }
  /// Wants no more: the writer is told.
  void close() {
    if (end_) end_->close(true);
  }
  /// The end as something to send, with all that is in it. A waiting operation is cancelled. Empty
  /// if the end is not open.
  DataPipeConsumerHandle unbind() {
    auto [signal, memory] = end_ ? end_->take_descriptors() : std::pair<UniqueFd, UniqueFd>();
    end_.reset();
    return {std::move(signal), std::move(memory)};
  }

 private:
  void drop() {
    if (end_) end_->close(false);
  }

  std::shared_ptr<stream::DataPipeEnd> end_;
};

}  // namespace ferrule
