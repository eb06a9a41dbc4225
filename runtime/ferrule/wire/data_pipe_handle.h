// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "ferrule/base/unique_fd.h"

namespace ferrule {

/// One end of a data pipe that nobody uses at the moment: what travels in messages. Move-only;
/// destroying it without having used it breaks the pipe. `DataPipeProducer` and `DataPipeConsumer`
/// make a stream of it, and are the ones who check what a peer sent.
///
/// It owns two descriptors: the memory of the pipe, and a socket whose other end the other side
/// has, which wakes it and whose closing tells that a process is gone.
template <class Use>
class DataPipeHandle {
 public:
  DataPipeHandle() = default;
  DataPipeHandle(UniqueFd signal, UniqueFd memory) noexcept
      : signal_(std::move(signal)), memory_(std::move(memory)) {}

  bool is_valid() const noexcept { return signal_.is_valid() && memory_.is_valid(); }
  explicit operator bool() const noexcept { return is_valid(); }

  UniqueFd take_signal() noexcept { return std::move(signal_); }
  UniqueFd take_memory() noexcept { return std::move(memory_); }

 private:
  UniqueFd signal_;
  UniqueFd memory_;
};

/// handle<data_pipe_consumer>, handle<data_pipe_producer>: the reading and the writing end.
using DataPipeConsumerHandle = DataPipeHandle<struct DataPipeConsumerUse>;
using DataPipeProducerHandle = DataPipeHandle<struct DataPipeProducerUse>;

}  // namespace ferrule
