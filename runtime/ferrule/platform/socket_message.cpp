// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/socket_message.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>

#include "ferrule/base/check.h"

namespace ferrule::platform {
namespace {

// SCM_PIDFD, which the headers of Debian 12 do not know.
constexpr int kScmPidfd = 0x04;

union ControlBuffer {
  cmsghdr align;
  uint8_t bytes[CMSG_SPACE(kMaxSendDescriptors * sizeof(int))];
};

void attach_descriptors(msghdr& message, ControlBuffer& control,
                        std::span<const UniqueFd> descriptors) {
  FERRULE_CHECK(descriptors.size() <= kMaxSendDescriptors);
  message.msg_control = control.bytes;
  message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
  for (size_t i = 0; i < descriptors.size(); ++i) {
    const int fd = descriptors[i].get();
    std::memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof(fd));
  }
}

// Every descriptor in the control data gets an owner before anything else is looked at. A peer that
// made our socket may hold a duplicate of it and have switched SO_PASSPIDFD on: then the kernel
// puts a pidfd into every message, and each would stay open for ever if we passed it over.
void take_descriptors(msghdr& message, std::vector<UniqueFd>& descriptors) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET) continue;
    if (header->cmsg_type == kScmPidfd) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header), sizeof(fd));
      UniqueFd unwanted(fd);
      continue;
    }
    if (header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(fd));
      descriptors.emplace_back(fd);
    }
  }
}

}  // namespace

Result<SocketTransfer> send_with_descriptors(const UniqueFd& socket, std::span<const iovec> pieces,
                                             std::span<const UniqueFd> descriptors) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  ControlBuffer control;
  if (!descriptors.empty()) attach_descriptors(message, control, descriptors);
  for (;;) {
    const ssize_t count = ::sendmsg(socket.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) return SocketTransfer{static_cast<size_t>(count), false};
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return SocketTransfer{0, true};
    return Error::from_errno("sendmsg");
  }
}

Result<SocketTransfer> receive_with_descriptors(const UniqueFd& socket, std::span<uint8_t> bytes,
                                                std::vector<UniqueFd>& descriptors) {
  iovec piece{bytes.data(), bytes.size()};
  ControlBuffer control;
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  for (;;) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof(control);
    const ssize_t count = ::recvmsg(socket.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return SocketTransfer{0, true};
      return Error::from_errno("recvmsg");
    }
    const size_t before = descriptors.size();
    if (message.msg_controllen != 0) take_descriptors(message, descriptors);
    if ((message.msg_flags & MSG_CTRUNC) != 0) {
      descriptors.resize(before);
      return Error(Errc::kResourceExhausted,
                   "recvmsg: descriptors were lost (is the limit of open files reached?)");
    }
    return SocketTransfer{static_cast<size_t>(count), false};
  }
}

}  // namespace ferrule::platform
