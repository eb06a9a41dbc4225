// SPDX-License-Identifier: Apache-2.0
// A child is started as posix_spawn does it: clone(2) with the memory shared and the parent waiting
// until the new program runs. Nothing of a large parent is copied, and the child can say in plain
// memory what went wrong. posix_spawn itself cannot give us the pidfd from the start, nor
// PR_SET_PDEATHSIG. The price is a rule for `run_child`: it lives in the parent's memory, so it may
// allocate nothing, call no handler and use only system calls; all it needs is prepared before.
#include "ferrule/platform/process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/platform/child_steps.h"
#include "ferrule/platform/forked_child.h"

namespace ferrule::platform {
namespace {

constexpr size_t kChildStackBytes = size_t{64} << 10;

// What the child needs, and what it answers. Lives on the parent's stack.
struct ChildPlan {
  const char* program = nullptr;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  // What the program finds as descriptor i; -1: leave as it is. Overwritten with safe duplicates.
  int* sources = nullptr;
  int num_sources = 0;
  bool dies_with_parent = false;
  pid_t parent = 0;
  sigset_t signal_mask{};

  const char* failed_call = nullptr;
  int failed_errno = 0;
};

FERRULE_NO_SANITIZE int child_failed(ChildPlan& plan, const char* failed_call) {
  plan.failed_errno = errno;
  plan.failed_call = failed_call;
  return 127;
}

FERRULE_NO_SANITIZE int run_child(void* argument) {
  ChildPlan& plan = *static_cast<ChildPlan*>(argument);
  reset_signals(plan.signal_mask);
  if (plan.dies_with_parent) {
    if (call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL) != 0) return child_failed(plan, "prctl");
    // It may have gone before the request was made; then nobody would tell us.
    if (call(SYS_getppid) != plan.parent) return 127;
  }
  if (!place_descriptors(plan.sources, plan.num_sources, false)) return child_failed(plan, "dup");
  call(SYS_execve, plan.program, plan.arguments, plan.environment);
  return child_failed(plan, "execve");
}

std::vector<char*> to_pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<int> descriptor_sources(const ProcessOptions& options) {
  std::vector<int> sources{options.standard_input.get(), options.standard_output.get(),
                           options.standard_error.get()};
  FERRULE_CHECK(sources.size() == kFirstInheritedDescriptor);
  for (const UniqueFd& fd : options.descriptors) {
    FERRULE_CHECK(fd.is_valid());
    sources.push_back(fd.get());
  }
  return sources;
}

struct ChildStack {
  void* bytes = ::mmap(nullptr, kChildStackBytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  ChildStack() = default;
  ChildStack(const ChildStack&) = delete;
  ChildStack& operator=(const ChildStack&) = delete;
  ~ChildStack() {
    if (bytes != MAP_FAILED) ::munmap(bytes, kChildStackBytes);
  }
};

// All signals wait while the child shares our memory.
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

int clone_child(ChildPlan& plan, const ChildStack& stack, int& pidfd) {
  const SignalsBlocked blocked;
  plan.signal_mask = blocked.before;
  return ::clone(run_child, static_cast<char*>(stack.bytes) + kChildStackBytes,
                 CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &plan, &pidfd);
}

}  // namespace

std::string ExitStatus::to_text() const {
  if (!was_killed()) return "exit code " + std::to_string(code);
  const char* name = ::sigdescr_np(signal);
  return "killed by signal " + std::to_string(signal) + " (" +
         (name != nullptr ? name : "unknown") + ")";
}

Result<Process> Process::start(ProcessOptions options) {
  if (options.arguments.empty()) options.arguments.push_back(options.program);
  const std::vector<char*> arguments = to_pointers(options.arguments);
  std::vector<char*> environment;
  if (options.environment) environment = to_pointers(*options.environment);

  ChildPlan plan;
  plan.program = options.program.c_str();
  plan.arguments = arguments.data();
  plan.environment = options.environment ? environment.data() : ::environ;
  std::vector<int> sources = descriptor_sources(options);
  plan.sources = sources.data();
  plan.num_sources = static_cast<int>(sources.size());
  plan.dies_with_parent = options.dies_with_parent;
  plan.parent = ::getpid();

  const auto failed = [&options](const char* call, int number) {
    const std::string what = "cannot start " + options.program + ": " + call;
    return Error(Errc::kLaunchFailed, Error::from_errno(number, what).message());
  };
  if (options.setup != nullptr) {
    auto forked = start_forked_child({.program = options.program,
                                      .arguments = plan.arguments,
                                      .environment = plan.environment,
                                      .sources = plan.sources,
                                      .num_sources = plan.num_sources,
                                      .dies_with_parent = plan.dies_with_parent,
                                      .setup = *options.setup});
    const auto refused = [&options](const Error& error) {
      return Error(Errc::kLaunchFailed, "cannot start " + options.program + ": " + error.message());
    };
    if (!forked) return refused(forked.error());
    Process child(forked->id, std::move(forked->descriptor));
    if (!forked->started) return refused(forked->started.error());
    return child;
  }

  const ChildStack stack;
  if (stack.bytes == MAP_FAILED) return failed("mmap", errno);
  int pidfd = -1;
  const int id = clone_child(plan, stack, pidfd);
  if (id < 0) return failed("clone", errno);

  Process child(id, UniqueFd(pidfd));
  // `child` collects what is left of it on the way out.
  if (plan.failed_call != nullptr) return failed(plan.failed_call, plan.failed_errno);
  return child;
}

Process::Process(Process&& other) noexcept
    : id_(std::exchange(other.id_, 0)),
      descriptor_(std::move(other.descriptor_)),
      status_(std::exchange(other.status_, std::nullopt)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  kill_and_collect();
  id_ = std::exchange(other.id_, 0);
  descriptor_ = std::move(other.descriptor_);
  status_ = std::exchange(other.status_, std::nullopt);
  return *this;
}

Process::~Process() { kill_and_collect(); }

Result<std::optional<ExitStatus>> Process::try_wait() { return collect(WNOHANG); }

Result<ExitStatus> Process::wait() {
  Result<std::optional<ExitStatus>> status = collect(0);
  if (!status) return std::move(status).error();
  return **status;
}

Result<std::optional<ExitStatus>> Process::collect(int flags) {
  if (status_) return status_;
  siginfo_t info{};
  while (::waitid(P_PIDFD, static_cast<id_t>(descriptor_.get()), &info, WEXITED | flags) != 0) {
    // Whoever waits for the descriptor in a loop may have made it non-blocking, and then so is
    // this.
    if (errno == EAGAIN) {
      pollfd ended{descriptor_.get(), POLLIN, 0};
      ::poll(&ended, 1, -1);
    } else if (errno != EINTR) {
      return Error::from_errno("waitid");
    }
  }
  if (info.si_pid == 0) return std::optional<ExitStatus>();
  status_ =
      info.si_code == CLD_EXITED ? ExitStatus{info.si_status, 0} : ExitStatus{0, info.si_status};
  return status_;
}

Result<void> Process::send_signal(int signal) {
  if (status_) return {};
  // Not the function: the header of glibc 2.36 forgets to say that it is C.
  if (::syscall(SYS_pidfd_send_signal, descriptor_.get(), signal, nullptr, 0) != 0 &&
      errno != ESRCH) {
    return Error::from_errno("pidfd_send_signal");
  }
  return {};
}

void Process::kill_and_collect() noexcept {
  if (!descriptor_ || status_) return;
  [[maybe_unused]] const Result<void> signalled = send_signal(SIGKILL);
  [[maybe_unused]] const Result<ExitStatus> ended = wait();
}

}  // namespace ferrule::platform
