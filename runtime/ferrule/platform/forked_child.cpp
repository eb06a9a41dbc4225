// SPDX-License-Identifier: Apache-2.0
// The two talk through a socket pair of packets while the new process sets itself up:
//
//   parent   go              prepared: the maps of its user namespace are written
//   child    results         what `apply` wrote
//   child    failure         a call that refused, and its errno; then it ends
//
// The socket closes when the program starts, and when the child dies: with no failure before, the
// first means success. To tell the two apart nobody needs to: a child that dies by itself is one
// that was started and died. The other direction tells the child that its parent is gone, which it
// must ask once PR_SET_PDEATHSIG is set: whoever died before will send no signal.
#include "ferrule/platform/forked_child.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include "ferrule/base/check.h"
#include "ferrule/platform/child_steps.h"

namespace ferrule::platform {
namespace {

struct Failure {
  int error_number = 0;
  char call[28]{};
};

struct Sockets {
  UniqueFd parent;
  UniqueFd child;
};

Result<Sockets> make_sockets() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
    return Error::from_errno("socketpair");
  }
  return Sockets{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

// --- in the new process
// ---------------------------------------------------------------------------

[[noreturn]] FERRULE_NO_SANITIZE void give_up(int socket, const char* failed_call) {
  Failure failure;
  failure.error_number = errno;
  for (size_t i = 0; i + 1 < sizeof(failure.call) && failed_call[i] != '\0'; ++i) {
    failure.call[i] = failed_call[i];
  }
  call(SYS_write, socket, &failure, sizeof(failure));
  for (;;) call(SYS_exit_group, 127);
}

FERRULE_NO_SANITIZE bool is_parent_gone(int socket) {
  pollfd peer{socket, POLLIN, 0};
  return call(SYS_poll, &peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
}

[[noreturn]] FERRULE_NO_SANITIZE void run_forked_child(const ForkedChildPlan& plan,
                                                       const char* program, const Sockets& sockets,
                                                       const sigset_t& mask) {
  reset_signals(mask);
  // Or we would keep open what is to tell us that the parent is gone.
  call(SYS_close, sockets.parent.get());
  // Out of the way of the descriptors that are placed.
  const int socket =
      static_cast<int>(call(SYS_fcntl, sockets.child.get(), F_DUPFD_CLOEXEC, plan.num_sources));
  if (socket < 0) call(SYS_exit_group, 127);
  char go = 0;
  if (call(SYS_read, socket, &go, 1) != 1) call(SYS_exit_group, 127);
  if (plan.dies_with_parent && call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL) != 0) {
    give_up(socket, "prctl");
  }
  if (!place_descriptors(plan.sources, plan.num_sources, true)) give_up(socket, "dup");
  const bool is_applied = plan.setup.apply();
  const std::span<std::byte> results = plan.setup.results();
  call(SYS_write, socket, results.data(), results.size());
  if (!is_applied) {
    errno = EPERM;
    give_up(socket, "setup");
  }
  if (plan.dies_with_parent && is_parent_gone(socket)) call(SYS_exit_group, 127);
  call(SYS_execve, program, plan.arguments, plan.environment);
  give_up(socket, "execve");
}

// --- in this process
// ------------------------------------------------------------------------------

// clone3 where there is one; some systems hide it, as they cannot see its flags.
FERRULE_NO_SANITIZE long clone_copy(uint64_t flags, int* pidfd) {
  clone_args arguments{};
  arguments.flags = flags | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<uintptr_t>(pidfd);
  arguments.exit_signal = SIGCHLD;
  const long id = call(SYS_clone3, &arguments, sizeof(arguments));
  if (id >= 0 || errno != ENOSYS) return id;
  return call(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, nullptr, pidfd, nullptr, 0L);
}

struct SignalsBlocked {
  sigset_t before{};
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
};

FERRULE_NO_SANITIZE Result<ForkedChild> make_child(const ForkedChildPlan& plan,
                                                   const Sockets& sockets) {
  const char* const program = plan.setup.place_program(plan.program);
  for (;;) {
    const SignalsBlocked blocked;
    int pidfd = -1;
    const long id = clone_copy(plan.setup.clone_flags(), &pidfd);
    if (id == 0) run_forked_child(plan, program, sockets, blocked.before);
    if (id > 0) return ForkedChild{static_cast<pid_t>(id), UniqueFd(pidfd), {}};
    const int error_number = errno;
    if (!plan.setup.on_clone_refused(error_number)) {
      return Error::from_errno(error_number, "clone3");
    }
  }
}

// One packet; 0 at the end. Packets are small, and no other size is ever sent.
Result<size_t> receive(const UniqueFd& socket, std::span<std::byte> bytes) {
  for (;;) {
    const ssize_t count = ::recv(socket.get(), bytes.data(), bytes.size(), 0);
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) return Error::from_errno("recv from the new process");
  }
}

Result<void> follow(const ForkedChildPlan& plan, const UniqueFd& socket, pid_t child) {
  if (auto prepared = plan.setup.prepare(child); !prepared) return prepared;
  const char go = 'g';
  if (::send(socket.get(), &go, 1, MSG_NOSIGNAL) != 1) return Error::from_errno("send");

  const std::span<std::byte> results = plan.setup.results();
  FERRULE_CHECK(results.size() != sizeof(Failure));
  std::vector<std::byte> packet(results.size() + sizeof(Failure));
  for (;;) {
    const Result<size_t> count = receive(socket, packet);
    if (!count) return count.error();
    if (*count == 0) return {};
    if (*count == results.size()) {
      std::memcpy(results.data(), packet.data(), results.size());
      if (auto applied = plan.setup.on_applied(); !applied) return applied;
    } else if (*count == sizeof(Failure)) {
      Failure failure;
      std::memcpy(&failure, packet.data(), sizeof(failure));
      failure.call[sizeof(failure.call) - 1] = '\0';
      return Error::from_errno(failure.error_number, failure.call);
    }
  }
}

}  // namespace

Result<ForkedChild> start_forked_child(const ForkedChildPlan& plan) {
  Result<Sockets> sockets = make_sockets();
  if (!sockets) return std::move(sockets).error();
  Result<ForkedChild> child = make_child(plan, *sockets);
  if (!child) return child;
  sockets->child.reset();
  child->started = follow(plan, sockets->parent, child->id);
  return child;
}

}  // namespace ferrule::platform
