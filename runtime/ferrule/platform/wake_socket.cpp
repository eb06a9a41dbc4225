// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/wake_socket.h"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/types.h>

namespace ferrule::platform {

// MSG_DONTWAIT each time: the mode of the socket is shared with whoever has a duplicate of it.

bool ring_bell(int socket) noexcept {
  constexpr char kByte = 0;
  while (::send(socket, &kByte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    if (errno == EINTR) continue;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
  }
  return true;
}

bool quiet_bell(int socket) noexcept {
  // One read is enough: what is left makes the socket readable again. Descriptors that a hostile
  // peer sends along are closed by the kernel, as there is no room to take them.
  std::array<char, 256> bytes;
  for (;;) {
    const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count > 0) return true;
    if (count == 0) return false;
    if (errno != EINTR) return errno == EAGAIN || errno == EWOULDBLOCK;
  }
}

}  // namespace ferrule::platform
