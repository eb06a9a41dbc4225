// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/credentials.h"

#include <cerrno>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ferrule::platform {
namespace {

// SO_PEERPIDFD, which the headers of Debian 12 do not know.
constexpr int kSoPeerPidfd = 77;

}  // namespace

Result<Credentials> peer_credentials(const UniqueFd& socket) {
  ucred peer{};
  socklen_t num_bytes = sizeof(peer);
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &num_bytes) != 0) {
    return Error::from_errno("getsockopt(SO_PEERCRED)");
  }
  return Credentials{peer.uid, peer.gid, peer.pid};
}

Result<UniqueFd> peer_process(const UniqueFd& socket) {
  int fd = -1;
  socklen_t num_bytes = sizeof(fd);
  // The kernel sets close-on-exec on every pidfd.
  if (::getsockopt(socket.get(), SOL_SOCKET, kSoPeerPidfd, &fd, &num_bytes) != 0) {
    if (errno == ENOPROTOOPT) return UniqueFd();
    return Error::from_errno("getsockopt(SO_PEERPIDFD)");
  }
  return UniqueFd(fd);
}

Result<UniqueFd> open_peer_process(const UniqueFd& socket) {
  auto process = peer_process(socket);
  if (!process || process->is_valid()) return process;
  const auto credentials = peer_credentials(socket);
  if (!credentials) return credentials.error();
  UniqueFd opened(static_cast<int>(::syscall(SYS_pidfd_open, credentials->process_id, 0)));
  if (!opened) return Error::from_errno("pidfd_open");
  return opened;
}

}  // namespace ferrule::platform
