// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/internal/call_list.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/sandbox/internal/call_filter.h"

namespace ferrule::sandbox {
namespace {

constexpr CallContext kLocked{.process_id = 42};

enum class Verdict { kKill, kFail, kAllow };

/// What the list says of a call with these arguments, as the kernel would judge.
Verdict judge(const Policy& policy, const std::string& name, std::vector<uint64_t> arguments = {},
              const CallContext& context = kLocked) {
  arguments.resize(6);
  Verdict verdict = Verdict::kKill;
  for (const CallRule& rule : make_call_list(policy, context)) {
    if (rule.name != name) continue;
    const bool matches = std::all_of(
        rule.arguments.begin(), rule.arguments.end(), [&](const ArgumentRule& argument) {
          return (arguments[argument.index] & argument.mask) == argument.value;
        });
    if (matches) verdict = std::max(verdict, rule.answer == 0 ? Verdict::kAllow : Verdict::kFail);
  }
  return verdict;
}

TEST(CallListTest, AllowsWhatAProgramDoesWithItself) {
  for (const char* name : {"read", "sendmsg", "epoll_wait", "munmap", "futex", "memfd_create"}) {
    EXPECT_EQ(judge(Policy::decoder(), name), Verdict::kAllow) << name;
  }
}

TEST(CallListTest, KillsForWhatReachesOut) {
  for (const char* name : {"ptrace",
                           "kill",
                           "execve",
                           "execveat",
                           "fork",
                           "vfork",
                           "mount",
                           "unshare",
                           "setns",
                           "bpf",
                           "keyctl",
                           "io_uring_setup",
                           "perf_event_open",
                           "connect",
                           "socket",
                           "process_vm_readv",
                           "pidfd_getfd",
                           "userfaultfd",
                           "shmget",
                           "open_by_handle_at",
                           "chroot"}) {
    EXPECT_EQ(judge(Policy::renderer(), name), Verdict::kKill) << name;
  }
}

TEST(CallListTest, FailsWhatLibrariesTryAndCanDoWithout) {
  EXPECT_EQ(judge(Policy::renderer(), "openat"), Verdict::kFail);
  EXPECT_EQ(judge(Policy::utility(), "openat"), Verdict::kAllow);
  EXPECT_EQ(judge(Policy::renderer(), "clone3"), Verdict::kFail);
}

TEST(CallListTest, TellsThreadsFromProcesses) {
  constexpr uint64_t kThread = 0x3d0f00;  // as the C library asks for one
  EXPECT_EQ(judge(Policy::renderer(), "clone", {kThread}), Verdict::kAllow);
  EXPECT_EQ(judge(Policy::renderer(), "clone", {SIGCHLD}), Verdict::kKill);
  EXPECT_EQ(judge(Policy::decoder(), "clone", {kThread}), Verdict::kKill);
  Policy forks = Policy::utility();
  forks.allow_processes();
  EXPECT_EQ(judge(forks, "clone", {SIGCHLD}), Verdict::kAllow);
  constexpr uint64_t kUserNamespace = 0x10000000;
  EXPECT_EQ(judge(forks, "clone", {SIGCHLD | kUserNamespace}), Verdict::kKill);
}

TEST(CallListTest, LetsNobodyTouchTheHandlerThatKills) {
  for (const int signal : {SIGINT, SIGUSR1, SIGCHLD, SIGHUP, SIGABRT, 32, 33, 64}) {
    EXPECT_EQ(judge(Policy::renderer(), "rt_sigaction", {uint64_t(signal), 1}), Verdict::kAllow)
        << signal;
  }
  EXPECT_EQ(judge(Policy::renderer(), "rt_sigaction", {SIGSYS, 1}), Verdict::kKill);
  EXPECT_EQ(judge(Policy::renderer(), "rt_sigaction", {SIGSYS | uint64_t{1} << 32, 1}),
            Verdict::kKill)
      << "the kernel takes an int: the upper half must not hide the number";
  EXPECT_EQ(judge(Policy::renderer(), "rt_sigaction", {SIGSYS, 0}), Verdict::kAllow) << "asks only";
}

TEST(CallListTest, SignalsNobodyButItself) {
  EXPECT_EQ(judge(Policy::renderer(), "tgkill", {42}), Verdict::kAllow);
  EXPECT_EQ(judge(Policy::renderer(), "tgkill", {41}), Verdict::kKill);
  EXPECT_EQ(judge(Policy::renderer(), "tgkill", {42}, {}), Verdict::kKill) << "not known yet";
}

TEST(CallListTest, MakesNoCode) {
  constexpr uint64_t kReadWrite = 3;
  constexpr uint64_t kExecute = 4;
  for (const char* name : {"mmap", "mprotect"}) {
    EXPECT_EQ(judge(Policy::renderer(), name, {0, 0, kReadWrite}), Verdict::kAllow);
    EXPECT_EQ(judge(Policy::renderer(), name, {0, 0, kReadWrite | kExecute}), Verdict::kKill);
  }
  Policy compiles = Policy::renderer();
  compiles.allow_code_making();
  EXPECT_EQ(judge(compiles, "mprotect", {0, 0, kExecute}), Verdict::kAllow);
}

TEST(CallListTest, StartsOneProgramOnly) {
  const CallContext before{.is_before_program = true, .program_address = 0x123456789000};
  EXPECT_EQ(judge(Policy::renderer(), "execve", {0x123456789000}, before), Verdict::kAllow);
  EXPECT_EQ(judge(Policy::renderer(), "execve", {0x123456789001}, before), Verdict::kKill);
  EXPECT_EQ(judge(Policy::renderer(), "execve", {0x23456789000}, before), Verdict::kKill)
      << "all bits count";
}

TEST(CallListTest, ReadsLimitsButSetsNone) {
  EXPECT_EQ(judge(Policy::renderer(), "prlimit64", {0, 7, 0, 1}), Verdict::kAllow);
  EXPECT_EQ(judge(Policy::renderer(), "prlimit64", {0, 7, 1, 0}), Verdict::kKill);
  EXPECT_EQ(judge(Policy::renderer(), "prlimit64", {1, 7, 0, 1}), Verdict::kKill) << "of another";
}

TEST(CallListTest, MakesStreamPairsButNoDatagrams) {
  constexpr uint64_t kUnix = 1;
  EXPECT_EQ(judge(Policy::renderer(), "socketpair", {kUnix, 1 | 02000000}), Verdict::kAllow);
  EXPECT_EQ(judge(Policy::renderer(), "socketpair", {kUnix, 2}), Verdict::kKill);
  EXPECT_EQ(judge(Policy::network(), "socket", {2, 1}), Verdict::kAllow);
  EXPECT_EQ(judge(Policy::network(), "socket", {kUnix, 1}), Verdict::kFail);
  EXPECT_EQ(judge(Policy::renderer(), "sendto", {3, 1, 1, 0, 0}), Verdict::kAllow);
  EXPECT_EQ(judge(Policy::renderer(), "sendto", {3, 1, 1, 0, 1}), Verdict::kKill);
  constexpr uint64_t kVsock = 40;
  EXPECT_EQ(judge(Policy::network(), "socket", {kVsock, 1}), Verdict::kKill);
}

TEST(CallListTest, GivesTheKernelNoProgramsToRun) {
  constexpr uint64_t kSocketLevel = 1;
  constexpr uint64_t kSendBuffer = 7;
  constexpr uint64_t kAttachFilter = 26;
  for (const Policy& policy : {Policy::renderer(), Policy::network()}) {
    EXPECT_EQ(judge(policy, "setsockopt", {3, kSocketLevel, kSendBuffer}), Verdict::kAllow);
    EXPECT_EQ(judge(policy, "setsockopt", {3, kSocketLevel, kAttachFilter}), Verdict::kKill);
  }
  constexpr uint64_t kTcp = 6;
  EXPECT_EQ(judge(Policy::network(), "setsockopt", {3, kTcp, 1}), Verdict::kAllow);
  EXPECT_EQ(judge(Policy::renderer(), "setsockopt", {3, kTcp, 1}), Verdict::kKill);
}

TEST(CallFilterTest, CompilesEveryPreset) {
  for (const std::string_view name : Policy::preset_names()) {
    const Policy policy = Policy::preset(name).value();
    const auto filter = make_call_filter(make_call_list(policy, kLocked), policy.calls());
    ASSERT_TRUE(filter) << filter.error().message();
    EXPECT_GT(filter->size(), 10U);
    EXPECT_LT(filter->size(), 4096U) << "the kernel takes no more";
  }
}

TEST(CallFilterTest, RefusesACallThatDoesNotExist) {
  Policy policy = Policy::renderer();
  policy.allow_call("opne");
  const auto filter = make_call_filter(make_call_list(policy, kLocked), policy.calls());
  ASSERT_FALSE(filter);
  EXPECT_THAT(filter.error().message(), ::testing::HasSubstr("there is no system call \"opne\""));
}

TEST(CallFilterTest, NamesCalls) {
  EXPECT_EQ(call_name(0), "read");
  EXPECT_EQ(call_name(9999), "call 9999");
}

}  // namespace
}  // namespace ferrule::sandbox
