// SPDX-License-Identifier: Apache-2.0
#include "ferrule/stream/data_pipe_mapping.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/platform/unix_socket.h"
#include "ferrule/stream/data_pipe_limits.h"

namespace ferrule::stream {

Result<MappedRing> map_data_pipe(const UniqueFd& signal, const UniqueFd& memory, bool is_producer) {
  if (!signal || !memory) {
    return Error(Errc::kInvalidArgument, "the handle holds no end of a data pipe");
  }
  if (!platform::check_stream_socket(signal)) {
    return Error(Errc::kBadMessage, "DATA_PIPE_SIGNAL_INVALID: the descriptor is no stream socket");
  }
  const auto status = platform::inspect_memfd(memory);
  if (!status || !status->is_fixed_size) {
    return Error(Errc::kBadMessage, "DATA_PIPE_MEMORY_INVALID: the memory is not of a fixed size");
  }
  const size_t header_bytes = platform::page_bytes();
  const size_t capacity = status->num_bytes - std::min(status->num_bytes, header_bytes);
  if (!std::has_single_bit(capacity) || capacity % header_bytes != 0 ||
      capacity > kMaxDataPipeBytes) {
    return Error(Errc::kBadMessage,
                 "DATA_PIPE_MEMORY_INVALID: the memory is of a size that no pipe has");
  }
  auto mapping = platform::map_ring(memory, header_bytes, status->num_bytes);
  if (!mapping) return std::move(mapping).error();
  uint8_t* const begin = mapping->get()->data();
  const RingEnd end({.header = reinterpret_cast<RingHeader*>(begin),
                     .bytes = begin + header_bytes,
                     .capacity = capacity},
                    is_producer);
  return MappedRing{*std::move(mapping), end};
}

}  // namespace ferrule::stream
