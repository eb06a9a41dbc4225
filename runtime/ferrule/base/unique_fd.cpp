// SPDX-License-Identifier: Apache-2.0
#include "ferrule/base/unique_fd.h"

#include <unistd.h>

namespace ferrule {

void UniqueFd::reset(int fd) noexcept {
  // close() frees the number even when it reports an error, so there is nothing to retry.
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

}  // namespace ferrule
