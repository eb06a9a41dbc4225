// SPDX-License-Identifier: Apache-2.0
#include "programs/refused_calls.h"

#include <cerrno>
#include <csignal>
#include <iostream>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "ferrule/sandbox/internal/call_filter.h"

namespace ferrule::programs {
namespace {

// What si_code says of a SIGSYS that a filter raised; glibc 2.36 has no name for it.
constexpr int kRefusedByFilter = 1;

/// Whether the signal that `process` stopped for says that a call was refused; then it is told.
bool tell_refused_call(pid_t process) {
  siginfo_t info{};
  if (::ptrace(PTRACE_GETSIGINFO, process, nullptr, &info) != 0) return false;
  if (info.si_signo != SIGSYS || info.si_code != kRefusedByFilter) return false;
  std::cerr << "ferrule-run: the sandbox refused " << sandbox::call_name(info.si_syscall)
            << " to process " << process << '\n';
  return true;
}

bool is_fault(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE ||
         signal == SIGTRAP;
}

bool is_stop_signal(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/// A process we look at stopped: for a signal, which it is given; because it starts another one; or
/// because somebody stopped it, and then it stays so. True: it made a call that kills.
///
/// The first process of a pid namespace does not die of the faults it makes while somebody looks at
/// it: it would make the same one for ever. So it is killed for a refused call, and no longer
/// looked at after any other fault.
bool go_on(pid_t process, int status) {
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (event == PTRACE_EVENT_STOP) {
    ::ptrace(is_stop_signal(signal) ? PTRACE_LISTEN : PTRACE_CONT, process, nullptr, nullptr);
    return false;
  }
  if (signal == SIGSYS && event == 0 && tell_refused_call(process)) {
    ::kill(process, SIGKILL);
    return true;
  }
  const long passed_on = event == 0 ? signal : 0;
  ::ptrace(is_fault(signal) ? PTRACE_DETACH : PTRACE_CONT, process, nullptr,
           reinterpret_cast<void*>(passed_on));
  return false;
}

}  // namespace

Result<void> WatchedSetup::prepare(pid_t child) {
  constexpr long kOptions = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  // Where that is forbidden, the program runs all the same, and nothing is told.
  ::ptrace(PTRACE_SEIZE, child, nullptr, reinterpret_cast<void*>(kOptions));
  return wrapped_.prepare(child);
}

Result<platform::ExitStatus> wait_and_name_refused_calls(pid_t child) {
  bool was_refused = false;
  for (;;) {
    int status = 0;
    const pid_t process = ::waitpid(-1, &status, __WALL);
    if (process < 0 && errno == EINTR) continue;
    if (process < 0) return Error::from_errno("waitpid");
    const bool is_refused = WIFSTOPPED(status) && go_on(process, status);
    if (process != child) continue;
    was_refused = was_refused || is_refused;
    if (WIFEXITED(status)) return platform::ExitStatus{WEXITSTATUS(status), 0};
    if (WIFSIGNALED(status)) {
      return platform::ExitStatus{0, was_refused ? SIGSYS : WTERMSIG(status)};
    }
  }
}

}  // namespace ferrule::programs
