// SPDX-License-Identifier: Apache-2.0
// The one difficulty here is the file a listener leaves behind when it is killed: bind(2) refuses a
// path that exists. A path is stale if connect(2) is refused, but a listener between its bind and
// its listen refuses too. So everybody who makes a listener here holds a lock on the directory for
// those few calls; then "refused" can only mean "dead", and two processes that find the same stale
// file cannot remove each other's new one. The lock is flock(2) on the directory itself: no file to
// leave behind. But whoever may read the directory may take that lock and keep it. So we ask for it
// a limited number of times, far longer than an honest holder needs, and then go on without: the
// small race comes back, and nobody can keep a service from starting.
#include "ferrule/platform/unix_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sched.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace ferrule::platform {
namespace {

struct Address {
  sockaddr_un value{};
  socklen_t num_bytes = 0;
  bool is_abstract = false;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&value); }
};

Result<Address> make_address(const std::string& name) {
  Address address;
  address.value.sun_family = AF_UNIX;
  address.is_abstract = !name.empty() && name.front() == '@';
  // A path needs its terminating zero; an abstract name is exactly its bytes, the first of them
  // zero.
  const size_t most = sizeof(address.value.sun_path) - (address.is_abstract ? 0 : 1);
  if (name.size() < (address.is_abstract ? 2U : 1U) || name.size() > most) {
    return Error(Errc::kInvalidArgument, "socket name \"" + name + "\": needs 1 to " +
                                             std::to_string(most) + " bytes, has " +
                                             std::to_string(name.size()));
  }
  if (name.find('\0') != std::string::npos) {
    return Error(Errc::kInvalidArgument, "socket name with a zero byte in it");
  }
  std::memcpy(address.value.sun_path, name.data(), name.size());
  if (address.is_abstract) address.value.sun_path[0] = '\0';
  address.num_bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() +
                                             (address.is_abstract ? 0 : 1));
  return address;
}

Result<UniqueFd> make_socket() {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return Error::from_errno("socket(AF_UNIX)");
  return socket;
}

// How often the directory's lock is asked for, with a chance for others to run in between.
constexpr int kMaxLockAttempts = 1000;

// Keeps others who use this file from making listeners in the same directory. Where the directory
// may not be opened there is no lock either.
UniqueFd lock_directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int attempt = 0; fd && attempt < kMaxLockAttempts; ++attempt) {
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) break;
    ::sched_yield();
  }
  return fd;
}

bool is_stale_socket(const std::string& path, const Address& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const Result<UniqueFd> probe = make_socket();
  return probe && ::connect(probe->get(), address.get(), address.num_bytes) != 0 &&
         errno == ECONNREFUSED;
}

Result<void> bind_path(const UniqueFd& socket, const std::string& path, const Address& address,
                       mode_t permissions) {
  // The file gets the socket's own mode, less the umask: nobody can open it in between.
  if (::fchmod(socket.get(), permissions) != 0) return Error::from_errno("fchmod(" + path + ")");
  if (::bind(socket.get(), address.get(), address.num_bytes) == 0) return {};
  if (errno != EADDRINUSE) return Error::from_errno("bind(" + path + ")");
  if (!is_stale_socket(path, address)) return Error::from_errno(EADDRINUSE, "bind(" + path + ")");
  if (::unlink(path.c_str()) != 0) return Error::from_errno("unlink(" + path + ")");
  if (::bind(socket.get(), address.get(), address.num_bytes) != 0) {
    return Error::from_errno("bind(" + path + ")");
  }
  return {};
}

Result<void> listen_on_path(const UniqueFd& socket, const std::string& path, const Address& address,
                            const ListenOptions& options) {
  const UniqueFd lock = lock_directory_of(path);
  Result<void> done = bind_path(socket, path, address, options.permissions);
  if (!done) return done;
  // Adds what the umask took away; never through a link that somebody put in the file's place.
  if (::fchmodat(AT_FDCWD, path.c_str(), options.permissions, AT_SYMLINK_NOFOLLOW) != 0) {
    done = Error::from_errno("chmod(" + path + ")");
  } else if (::listen(socket.get(), options.backlog) != 0) {
    done = Error::from_errno("listen(" + path + ")");
  }
  if (!done) ::unlink(path.c_str());
  return done;
}

Result<void> listen_on_abstract(const UniqueFd& socket, const std::string& name,
                                const Address& address, const ListenOptions& options) {
  if (::bind(socket.get(), address.get(), address.num_bytes) != 0) {
    return Error::from_errno("bind(" + name + ")");
  }
  if (::listen(socket.get(), options.backlog) != 0) {
    return Error::from_errno("listen(" + name + ")");
  }
  return {};
}

Result<void> check_stream_socket(int socket, const std::string& what) {
  int type = 0;
  int domain = 0;
  socklen_t length = sizeof(int);
  if (::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &length) != 0 ||
      ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0) {
    return Error::from_errno(what);
  }
  if (type != SOCK_STREAM || domain != AF_UNIX) {
    return Error(Errc::kInvalidArgument, what + " is not a unix stream socket");
  }
  return {};
}

}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> make_socket_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return Error::from_errno("socketpair");
  }
  return std::pair(UniqueFd(fds[0]), UniqueFd(fds[1]));
}

Result<UniqueFd> listen_on(const std::string& name, const ListenOptions& options) {
  Result<Address> address = make_address(name);
  if (!address) return std::move(address).error();
  Result<UniqueFd> socket = make_socket();
  if (!socket) return socket;

  Result<void> listening = address->is_abstract
                               ? listen_on_abstract(*socket, name, *address, options)
                               : listen_on_path(*socket, name, *address, options);
  if (!listening) return std::move(listening).error();
  return socket;
}

Result<UniqueFd> accept_from(const UniqueFd& listener) {
  for (;;) {
    UniqueFd socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket || errno == EAGAIN || errno == EWOULDBLOCK) return socket;
    // Somebody connected and left again: look for the next one.
    if (errno == EINTR || errno == ECONNABORTED) continue;
    return Error::from_errno("accept4");
  }
}

Result<UniqueFd> connect_to(const std::string& name) {
  Result<Address> address = make_address(name);
  if (!address) return std::move(address).error();
  Result<UniqueFd> socket = make_socket();
  if (!socket) return socket;
  while (::connect(socket->get(), address->get(), address->num_bytes) != 0) {
    if (errno != EINTR) return Error::from_errno("connect(" + name + ")");
  }
  return socket;
}

Result<void> check_stream_socket(const UniqueFd& socket) {
  return check_stream_socket(socket.get(), "the descriptor");
}

Result<UniqueFd> adopt_inherited_socket(int number) {
  const std::string what = "inherited descriptor " + std::to_string(number);
  if (auto checked = check_stream_socket(number, what); !checked) return std::move(checked).error();
  if (::fcntl(number, F_SETFD, FD_CLOEXEC) != 0) return Error::from_errno(what);
  return UniqueFd(number);
}

Result<UniqueFd> adopt_inherited_listener(int number) {
  const std::string what = "inherited descriptor " + std::to_string(number);
  if (auto checked = check_stream_socket(number, what); !checked) return std::move(checked).error();
  int is_listening = 0;
  socklen_t length = sizeof(is_listening);
  if (::getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &length) != 0) {
    return Error::from_errno(what);
  }
  if (is_listening == 0) return Error(Errc::kInvalidArgument, what + " does not listen");
  if (::fcntl(number, F_SETFD, FD_CLOEXEC) != 0 || ::fcntl(number, F_SETFL, O_NONBLOCK) != 0) {
    return Error::from_errno(what);
  }
  return UniqueFd(number);
}

void shut_down(const UniqueFd& socket) noexcept { ::shutdown(socket.get(), SHUT_RDWR); }

Result<void> set_send_buffer(const UniqueFd& socket, size_t num_bytes) {
  constexpr size_t kMost = std::numeric_limits<int>::max();
  const int value = static_cast<int>(std::min(num_bytes, kMost));
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &value, sizeof(value)) != 0) {
    return Error::from_errno("setsockopt(SO_SNDBUF)");
  }
  return {};
}

}  // namespace ferrule::platform
