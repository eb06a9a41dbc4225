// SPDX-License-Identifier: Apache-2.0
// The handler writes its line and then asks for the handler of SIGSYS to be changed. That call is
// on no list: it raises SIGSYS inside the handler of SIGSYS, which the kernel answers by killing.
// So nobody can return from here, and the status tells SIGSYS.
#include "ferrule/sandbox/internal/refused_call.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

#include "ferrule/platform/child_steps.h"
#include "ferrule/sandbox/internal/call_filter.h"

namespace ferrule::sandbox {
namespace {

constexpr size_t kMostCalls = 512;
constexpr size_t kLineBytes = 96;

// A signal handler has no other way to reach what was prepared for it.
std::array<std::array<char, kLineBytes>, kMostCalls> lines;  // NOLINT

FERRULE_NO_SANITIZE void on_refused_call(int /*signal*/, siginfo_t* info, void* /*context*/) {
  const auto number = static_cast<size_t>(info->si_syscall);
  const char* const line = lines[number < kMostCalls ? number : kMostCalls - 1].data();
  size_t num_bytes = 0;
  while (num_bytes < kLineBytes && line[num_bytes] != '\0') ++num_bytes;
  platform::call(SYS_write, STDERR_FILENO, line, num_bytes);
  for (;;) {
    platform::call(SYS_rt_sigaction, SIGSYS, &lines, nullptr, 8);
    platform::call(SYS_exit_group, 128 + SIGSYS);
  }
}

void prepare_lines() {
  for (size_t number = 0; number < kMostCalls; ++number) {
    const bool is_last = number == kMostCalls - 1;
    const std::string name = is_last ? "an unknown call" : call_name(static_cast<int>(number));
    const std::string text = "ferrule: the sandbox refused " + name + "\n";
    std::strncpy(lines[number].data(), text.c_str(), kLineBytes - 1);
  }
}

}  // namespace

Result<void> report_refused_calls() {
  prepare_lines();
  struct sigaction action {};
  action.sa_sigaction = on_refused_call;
  action.sa_flags = SA_SIGINFO;
  ::sigemptyset(&action.sa_mask);
  if (::sigaction(SIGSYS, &action, nullptr) != 0) return Error::from_errno("sigaction(SIGSYS)");
  return {};
}

}  // namespace ferrule::sandbox
