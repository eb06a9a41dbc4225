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

/// The writing end of a data pipe: an AsyncWriteStream, so `boost::asio::async_write` and all that
/// builds on it work. Bytes are copied once into memory that the reader has mapped; the kernel is
/// called only to wake a reader who sleeps. Full, it waits for the reader.
///
///   ferrule::DataPipeProducer body(executor, std::move(handle));
///   co_await asio::async_write(body, asio::buffer(text), asio::use_awaitable);
///   body.close();  // that was all: the reader gets `asio::error::eof` behind the last byte
///
/// Without `close()`, because it went out of scope or its process died, the reader gets
/// `Errc::kDisconnected` there: half a file is not taken for a file.
///
/// Movable; one operation at a time. Executor-bound. Operations end with
///   asio::error::broken_pipe   the reader closed: it wants no more
///   Errc::kDisconnected        the reader's process or end is gone
///   Errc::kBadMessage          the peer broke a rule, which `failure()` names
///   operation_aborted          it was cancelled, or this end closed or destroyed
class DataPipeProducer : public stream::DataPipeStream<DataPipeProducerHandle, true> {
 public:
  using DataPipeStream::DataPipeStream;

  /// Waits for room, then writes as many bytes as there is room for. `void(error_code, size_t)`.
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return stream::start_operation(
        end_, boost::asio::buffer_size(buffers) > 0 ? 1 : 0,
        [buffers](stream::DataPipeEnd& end) {
          const std::span<uint8_t> room = end.bytes(SIZE_MAX);
          const size_t n =
              boost::asio::buffer_copy(boost::asio::buffer(room.data(), room.size()), buffers);
          end.pass(n);
          return n;
        },
        std::forward<Token>(token));
  }

  /// Waits until `min` bytes can be written at once; at most half the capacity. `void(error_code)`.
  template <class Token>
  auto async_wait_writable(size_t min, Token&& token) {
    return stream::start_wait(end_, min, std::forward<Token>(token));
  }

  /// Room for up to `max` bytes in the pipe itself, to be filled in place; empty if it is full. The
  /// reader sees nothing of it before `end_write`. What stood there before is not defined.
  Result<std::span<uint8_t>> begin_write(size_t max = SIZE_MAX) { return end_->begin_phase(max); }
  /// The first `n` bytes of it are written. Nothing else may be done in between.
  void end_write(size_t n) { end_->end_phase(n); }
};

}  // namespace ferrule
