// SPDX-License-Identifier: Apache-2.0
#include "ferrule/stream/data_pipe.h"

#include <algorithm>
#include <bit>
#include <fcntl.h>
#include <string>
#include <utility>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/platform/unix_socket.h"

namespace ferrule {

Result<DataPipe> make_data_pipe(const DataPipeOptions& options) {
  if (options.capacity > kMaxDataPipeBytes) {
    return Error(Errc::kInvalidArgument,
                 "a data pipe holds at most " + std::to_string(kMaxDataPipeBytes) + " bytes");
  }
  // The header takes a page of its own, so that the ring can be mapped twice.
  const size_t page_bytes = platform::page_bytes();
  const size_t capacity = std::bit_ceil(std::max(options.capacity, page_bytes));
  auto memory = platform::create_memfd("ferrule-data-pipe", page_bytes + capacity);
  if (!memory) return std::move(memory).error();
  if (auto sealed = platform::seal_memfd(*memory, platform::Seals::kFixedSize); !sealed) {
    return std::move(sealed).error();
  }
  UniqueFd duplicate(::fcntl(memory->get(), F_DUPFD_CLOEXEC, 0));
  if (!duplicate) return Error::from_errno("fcntl(F_DUPFD_CLOEXEC)");
  auto sockets = platform::make_socket_pair();
  if (!sockets) return std::move(sockets).error();
  return DataPipe{{std::move(sockets->first), *std::move(memory)},
                  {std::move(sockets->second), std::move(duplicate)}};
}

}  // namespace ferrule
