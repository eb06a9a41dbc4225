// SPDX-License-Identifier: Apache-2.0
// The list is made of groups, one for each thing a policy may allow. A call is in a group if
// programs that do the thing need it, and it reaches nothing that the thing does not. Three ways to
// answer: most calls are made or kill; a few that libraries try and can do without fail instead, as
// a process that dies for asking the time zone is of no use to anybody.
//
// Rule to remember: a filter sees numbers, never what a pointer points to. Where the danger lies
// behind a pointer (a path, an address, the flags of clone3), the whole call is refused.
#include "ferrule/sandbox/internal/call_list.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/prctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace ferrule::sandbox {
namespace {

// What any program does with itself: memory, time, its threads' locks, descriptors it has.
constexpr std::string_view kSelf =
    "brk munmap mremap madvise msync futex set_robust_list membarrier rseq sched_yield "
    "sched_getaffinity sched_getparam sched_getscheduler getcpu nanosleep clock_nanosleep "
    "clock_gettime clock_getres gettimeofday time times getitimer setitimer getpid gettid "
    "getppid getuid geteuid getgid getegid getgroups getresuid getresgid getpgrp getpgid getsid "
    "getpriority rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend "
    "sigaltstack pause restart_syscall exit exit_group getrandom uname getrusage sysinfo capget "
    "umask set_tid_address";

constexpr std::string_view kDescriptors =
    "read write readv writev pread64 pwrite64 preadv pwritev lseek close close_range fstat "
    "fstatfs ftruncate fallocate fadvise64 fsync fdatasync dup dup2 dup3 pipe pipe2 poll ppoll "
    "select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2 "
    "timerfd_create timerfd_settime timerfd_gettime signalfd4";

// Sockets it has, but none by address. `sendto` and `connect` name others.
constexpr std::string_view kConnectedSockets =
    "sendmsg recvmsg recvfrom shutdown getsockopt getsockname getpeername memfd_create";

constexpr std::string_view kFiles =
    "open openat stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat "
    "getdents getdents64 sendfile copy_file_range getcwd chdir fchdir statfs fstatfs flock "
    "inotify_init1 "
    "inotify_add_watch inotify_rm_watch";

constexpr std::string_view kWritableFiles =
    "creat truncate rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat "
    "mkdir mkdirat rmdir chmod fchmod fchmodat utimensat utime utimes futimesat";

// What fails and does not kill where no file may be opened: the C library asks for time zones,
// locales and the number of processors.
constexpr std::string_view kFilesThatFail =
    "open openat stat lstat statx access faccessat faccessat2 readlink readlinkat getcwd";

constexpr std::string_view kNetwork = "connect bind listen accept accept4 sendto sendmmsg recvmmsg";

constexpr std::string_view kProcesses =
    "fork vfork execve execveat wait4 waitid kill tkill tgkill rt_sigqueueinfo pidfd_open "
    "pidfd_send_signal setpgid setsid setpriority sched_setaffinity arch_prctl getrlimit "
    "setrlimit";

// What the loader of programs does before main.
constexpr std::string_view kLoader =
    "open openat access faccessat faccessat2 readlink readlinkat stat newfstatat getcwd "
    "arch_prctl getrlimit";

// Of sockets: sizes and times, but no filters, which are programs for the kernel.
constexpr std::array kSocketOptions{SO_SNDBUF,    SO_RCVBUF,    SO_SNDTIMEO, SO_RCVTIMEO,
                                    SO_REUSEADDR, SO_KEEPALIVE, SO_LINGER,   SO_BROADCAST};
constexpr std::array kNetworkLevels{IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP};

constexpr std::array kDescriptorCommands{F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,     F_SETFD,
                                         F_GETFL, F_SETFL,         F_ADD_SEALS, F_GET_SEALS};
constexpr std::array kLockCommands{F_GETLK,     F_SETLK,     F_SETLKW,
                                   F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW};
constexpr std::array<unsigned long, 4> kDeviceQuestions{FIONREAD, FIONBIO, TCGETS, TIOCGWINSZ};
constexpr std::array kProcessQuestions{
    PR_SET_NAME,         PR_GET_NAME,      PR_GET_DUMPABLE,         PR_GET_SECCOMP,
    PR_GET_NO_NEW_PRIVS, PR_GET_PDEATHSIG, PR_GET_SPECULATION_CTRL, PR_CAPBSET_READ,
    0x53564d41 /* PR_SET_VMA */};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

class ListMaker {
 public:
  ListMaker(const Policy& policy, const CallContext& context)
      : policy_(policy), context_(context) {}

  std::vector<CallRule> make() {
    allow_all(kSelf);
    allow_all(kDescriptors);
    allow_all(kConnectedSockets);
    add_memory();
    add_signals();
    add_questions();
    add_sockets();
    add_processes();
    add_files();
    for (const std::string& name : policy_.calls()) allow(name);
    return std::move(rules_);
  }

 private:
  void allow(std::string_view name, std::vector<ArgumentRule> arguments = {}) {
    rules_.push_back({std::string(name), std::move(arguments), 0});
  }
  void allow_all(std::string_view names) {
    for (const std::string_view name : words_of(names)) allow(name);
  }
  void fail(std::string_view name, int answer, std::vector<ArgumentRule> arguments = {}) {
    rules_.push_back({std::string(name), std::move(arguments), answer});
  }
  static ArgumentRule is(unsigned index, uint64_t value) {
    constexpr uint64_t kIntBits = 0xffffffff;
    return {.index = index, .mask = kIntBits, .value = value & kIntBits};
  }
  static ArgumentRule is_pointer(unsigned index, uint64_t value) {
    return {.index = index, .value = value};
  }
  static ArgumentRule has_none_of(unsigned index, uint64_t bits) {
    return {.index = index, .mask = bits};
  }
  static ArgumentRule has_all_of(unsigned index, uint64_t bits) {
    return {.index = index, .mask = bits, .value = bits};
  }

  bool makes_code() const { return policy_.allows_code_making() || context_.is_before_program; }

  void add_memory() {
    if (makes_code()) {
      allow("mmap");
      allow("mprotect");
      return;
    }
    // The third argument of both is what may be done with the pages.
    allow("mmap", {has_none_of(2, PROT_EXEC)});
    allow("mprotect", {has_none_of(2, PROT_EXEC)});
  }

  void add_signals() {
    add_signal_handlers();
    if (!policy_.allows_processes() && context_.process_id != 0) {
      allow("tgkill", {is(0, static_cast<uint64_t>(context_.process_id))});  // abort() does
    }
  }

  // Who can replace the handler of SIGSYS could look for holes without dying. A program that is
  // started under its list of calls has no such handler; who started it sees to it that it dies.
  void add_signal_handlers() {
    if (context_.is_before_program) return allow("rt_sigaction");
    allow("rt_sigaction", {is_pointer(1, 0)});  // only asks
    // Unlike SIGSYS, 31, is a number with a bit of these clear, or with a higher bit set.
    static_assert(SIGSYS == 0x1f);
    for (const uint64_t bit : {0x01U, 0x02U, 0x04U, 0x08U, 0x10U}) {
      allow("rt_sigaction", {has_none_of(0, bit)});
    }
    for (const uint64_t bit : {0x20U, 0x40U}) allow("rt_sigaction", {has_all_of(0, bit)});
  }

  void add_questions() {
    for (const int command : kDescriptorCommands) allow("fcntl", {is(1, uint64_t(command))});
    if (policy_.allows_files()) {
      for (const int command : kLockCommands) allow("fcntl", {is(1, uint64_t(command))});
    }
    for (const unsigned long question : kDeviceQuestions) allow("ioctl", {is(1, question)});
    for (const int question : kProcessQuestions) allow("prctl", {is(0, uint64_t(question))});
    // Its limits: to read, of itself.
    if (policy_.allows_processes()) {
      allow("prlimit64");
    } else {
      allow("prlimit64", {is(0, 0), is_pointer(2, 0)});
    }
  }

  void add_sockets() {
    // Streams only: a datagram could be sent to an address.
    constexpr uint64_t kTypeBits = 0xf;
    allow("socketpair", {is(0, AF_UNIX), {.index = 1, .mask = kTypeBits, .value = SOCK_STREAM}});
    for (const int option : kSocketOptions) {
      allow("setsockopt", {is(1, SOL_SOCKET), is(2, uint64_t(option))});
    }
    if (!policy_.allows_network()) {
      allow("sendto", {is_pointer(4, 0)});  // without an address: send()
      return;
    }
    for (const int level : kNetworkLevels) allow("setsockopt", {is(1, uint64_t(level))});
    allow_all(kNetwork);
    for (const int domain : {AF_INET, AF_INET6, AF_NETLINK}) {
      if (domain == AF_NETLINK) {
        allow("socket", {is(0, AF_NETLINK), is(2, 0)});  // which addresses it has
      } else {
        allow("socket", {is(0, uint64_t(domain))});
      }
    }
    fail("socket", EAFNOSUPPORT, {is(0, AF_UNIX)});  // the C library asks a daemon for names
  }

  void add_processes() {
    // The flags lie behind a pointer. The C library then uses clone.
    fail("clone3", ENOSYS);
    if (policy_.allows_processes()) {
      allow_all(kProcesses);
      allow("clone", {has_none_of(0, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                         CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)});
      return;
    }
    if (policy_.allows_threads()) {
      allow("clone", {has_all_of(0, CLONE_THREAD)});
    }
    if (context_.is_before_program) allow("execve", {is_pointer(0, context_.program_address)});
  }

  void add_files() {
    if (policy_.allows_files()) {
      allow_all(kFiles);
      for (const PathRule& rule : policy_.paths()) {
        if (!rule.is_writable) continue;
        allow_all(kWritableFiles);
        break;
      }
    }
    if (context_.is_before_program) allow_all(kLoader);
    if (policy_.allows_files() || context_.is_before_program) return;
    // With the flag it is the C library's fstat; if a path is given all the same, the layers below
    // have nothing to show.
    allow("newfstatat", {has_all_of(3, AT_EMPTY_PATH)});
    fail("newfstatat", EACCES, {has_none_of(3, AT_EMPTY_PATH)});
    for (const std::string_view name : words_of(kFilesThatFail)) fail(name, EACCES);
  }

  const Policy& policy_;
  const CallContext& context_;
  std::vector<CallRule> rules_;
};

}  // namespace

std::vector<CallRule> make_call_list(const Policy& policy, const CallContext& context) {
  return ListMaker(policy, context).make();
}

}  // namespace ferrule::sandbox
