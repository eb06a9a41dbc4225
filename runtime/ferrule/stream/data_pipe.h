// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "ferrule/base/result.h"
#include "ferrule/wire/data_pipe_handle.h"
#include "ferrule/stream/data_pipe_consumer.h"
#include "ferrule/stream/data_pipe_limits.h"
#include "ferrule/stream/data_pipe_producer.h"

namespace ferrule {

struct DataPipeOptions {
  /// Bytes that can be written and not yet read; rounded up to a power of two, at least a page.
  size_t capacity = size_t{256} << 10;
};

/// Both ends of a new data pipe, to be bound here or sent elsewhere as `handle<data_pipe_producer>`
/// and `handle<data_pipe_consumer>`.
struct DataPipe {
  DataPipeProducerHandle producer;
  DataPipeConsumerHandle consumer;
};

/// A bounded stream of bytes from one end to the other, in shared memory. Fails if the capacity is
/// above `kMaxDataPipeBytes` or the system has no descriptors or memory left. Thread-safe.
Result<DataPipe> make_data_pipe(const DataPipeOptions& options = {});

}  // namespace ferrule
