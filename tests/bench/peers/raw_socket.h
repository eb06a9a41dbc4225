// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <span>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ferrule/base/unique_fd.h"

#include "bench/raw_io.h"

namespace ferrule::bench {

inline sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) die("path");
  path.copy(address.sun_path, path.size());
  return address;
}

inline UniqueFd listen_at(const std::string& path) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = unix_address(path);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.get(), 128) != 0) {
    die("listen");
  }
  return socket;
}

inline UniqueFd accept_from(const UniqueFd& listener) {
  UniqueFd socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket.is_valid()) die("accept");
  return socket;
}

inline UniqueFd connect_to(const std::string& path) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = unix_address(path);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    die("connect");
  }
  return socket;
}

inline void write_word(const UniqueFd& fd, uint64_t word) {
  write_all(fd, {reinterpret_cast<const uint8_t*>(&word), sizeof word});
}
inline bool read_word(const UniqueFd& fd, uint64_t& word) {
  return read_all(fd, {reinterpret_cast<uint8_t*>(&word), sizeof word});
}

inline UniqueFd make_epoll() {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_valid()) die("epoll_create1");
  return epoll;
}
/// `data` is what `wait_for` gives back when there is something to read.
inline void watch(const UniqueFd& epoll, const UniqueFd& fd, uint64_t data) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = data;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event) != 0) die("epoll_ctl");
}
inline uint64_t wait_for(const UniqueFd& epoll) {
  epoll_event event;
  while (::epoll_wait(epoll.get(), &event, 1, -1) != 1) {
    if (errno != EINTR) die("epoll_wait");
  }
  return event.data.u64;
}

}  // namespace ferrule::bench
