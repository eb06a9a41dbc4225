// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/stream/data_pipe_end.h"

namespace ferrule::stream {

/// What `DataPipeConsumer` and `DataPipeProducer` have in common: all but reading and writing.
/// Movable. Executor-bound.
template <class Handle, bool kIsProducer>
class DataPipeStream {
 public:
  using executor_type = boost::asio::any_io_executor;

  /// An end that is not open.
  DataPipeStream() = default;
  /// Checks the handle; if it is no good, `is_open()` is false and all operations fail.
  DataPipeStream(const executor_type& executor, Handle handle)
      : end_(std::make_shared<DataPipeEnd>(executor, handle.take_signal(), handle.take_memory(),
                                           kIsProducer)) {}
  DataPipeStream(DataPipeStream&&) noexcept = default;
  DataPipeStream& operator=(DataPipeStream&& other) noexcept {
    if (this != &other) {
      drop();
      end_ = std::move(other.end_);
    }
    return *this;
  }

  executor_type get_executor() const noexcept { return end_->descriptor().get_executor(); }
  bool is_open() const noexcept { return end_ != nullptr && end_->is_open(); }
  /// Why it is not, where that is the peer's or the system's doing.
  std::optional<Error> failure() const { return end_ ? end_->failure() : std::nullopt; }
  size_t capacity() const noexcept { return end_->capacity(); }

  /// Ends a waiting operation.
  void cancel() {
    if (end_) end_->cancel();
  }
  /// Of a producer: that was all; what was written can still be read. Of a consumer: it wants no
  /// more, and the writer is told.
  void close() {
    if (end_) end_->close(true);
  }
  /// The end as something to send, with all that is in it. A waiting operation is cancelled. Empty
  /// if the end is not open.
  Handle unbind() {
    auto [signal, memory] = end_ ? end_->take_descriptors() : std::pair<UniqueFd, UniqueFd>();
    end_.reset();
    return {std::move(signal), std::move(memory)};
  }

 protected:
  ~DataPipeStream() { drop(); }

  std::shared_ptr<DataPipeEnd> end_;

 private:
  void drop() {
    if (end_) end_->close(false);
  }
};

}  // namespace ferrule::stream
