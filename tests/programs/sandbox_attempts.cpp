// SPDX-License-Identifier: Apache-2.0
#include "programs/sandbox_attempts.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ferrule/base/unique_fd.h"

namespace ferrule::test {
namespace {

using Words = std::vector<std::string>;

int answer(long result) { return result < 0 ? errno : 0; }

int number_of(const Words& words) { return std::atoi(words.at(0).c_str()); }

// --- files
// ----------------------------------------------------------------------------------------

int open_for(const std::string& path, int flags) {
  const UniqueFd file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  return file ? 0 : errno;
}
int open_file(const Words&) { return open_for("/etc/passwd", O_RDONLY); }
int open_given_file(const Words& words) { return open_for(words.at(0), O_RDONLY); }
int create_file(const Words& words) { return open_for(words.at(0), O_CREAT | O_WRONLY); }
// It is only opened: in no sandbox that works.
int open_program_to_write(const Words&) { return open_for("/usr/bin/env", O_WRONLY); }
int open_parent_memory(const Words& words) {
  return open_for("/proc/" + words.at(0) + "/mem", O_RDONLY);
}

// --- network
// --------------------------------------------------------------------------------------

int connect_to(int domain, const sockaddr* address, socklen_t num_bytes) {
  const UniqueFd socket(::socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return socket ? answer(::connect(socket.get(), address, num_bytes)) : errno;
}
int connect_loopback(const Words& words) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(number_of(words)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect_to(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}
int connect_abstract(const Words& words) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  words.at(0).copy(address.sun_path + 1, sizeof(address.sun_path) - 1);
  const size_t num_bytes = offsetof(sockaddr_un, sun_path) + 1 + words.at(0).size();
  return connect_to(AF_UNIX, reinterpret_cast<const sockaddr*>(&address),
                    static_cast<socklen_t>(num_bytes));
}

// --- other processes
// ------------------------------------------------------------------------------

int debug_parent(const Words& words) {
  return answer(::ptrace(PTRACE_SEIZE, number_of(words), nullptr, nullptr));
}
int signal_parent(const Words& words) { return answer(::kill(number_of(words), 0)); }
int start_program(const Words&) {
  std::array<char, 5> name{"true"};
  char* const arguments[] = {name.data(), nullptr};
  ::execv("/bin/true", arguments);
  return errno;
}
int start_given_program(const Words& words) {
  std::string path = words.at(0);
  char name[] = "became";
  char* const arguments[] = {path.data(), name, nullptr};
  ::execv(path.c_str(), arguments);
  return errno;
}
// Run by itself: tells whether it is another user than the one who started it.
int became(const Words&) { return ::geteuid() == ::getuid() ? kHidden : 0; }

int fork_many(const Words&) {
  constexpr int kMany = 64;
  int refused = 0;
  for (int i = 0; i < kMany && refused == 0; ++i) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    if (child < 0) refused = errno;
  }
  // Waited for only now: each that has ended counts until then.
  while (::wait(nullptr) > 0) {
  }
  return refused;
}
void* do_nothing(void*) { return nullptr; }
int start_thread(const Words&) {
  pthread_t thread{};
  const int result = ::pthread_create(&thread, nullptr, do_nothing, nullptr);
  if (result == 0) ::pthread_join(thread, nullptr);
  return result;
}

// --- the system
// -----------------------------------------------------------------------------------

int mount_something(const Words&) {
  // In a namespace of its own, or it would stay.
  if (::unshare(CLONE_NEWNS) != 0) return errno;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno;
  return answer(::mount("tmpfs", "/mnt", "tmpfs", 0, nullptr));
}
int new_user_namespace(const Words&) { return answer(::unshare(CLONE_NEWUSER)); }
int change_root(const Words&) { return answer(::chroot("/")); }
int have_capability_to_come(const Words&) {
  return ::prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN) == 1 ? 0 : kHidden;
}
int use_keyring(const Words&) {
  constexpr long kGetKeyringId = 0;
  constexpr long kUserKeyring = -4;
  return answer(::syscall(SYS_keyctl, kGetKeyringId, kUserKeyring, 1L));
}
int load_bpf(const Words&) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = 4;
  attributes.value_size = 8;
  attributes.max_entries = 1;
  const UniqueFd map(
      static_cast<int>(::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes))));
  return map ? 0 : errno;
}
int set_up_io_uring(const Words&) {
  std::array<uint32_t, 30> parameters{};
  constexpr long kIoUringSetup = 425;
  const UniqueFd ring(static_cast<int>(::syscall(kIoUringSetup, 1U, parameters.data())));
  return ring ? 0 : errno;
}
int find_shared_memory(const Words& words) { return answer(::shmget(number_of(words), 0, 0)); }
int learn_host_name(const Words& words) {
  utsname name{};
  if (::uname(&name) != 0) return errno;
  return name.nodename == words.at(0) ? 0 : kHidden;
}

// To the name it has: what is tried is whether it may.
int name_host(const Words& words) {
  return answer(::sethostname(words.at(0).data(), words.at(0).size()));
}

// --- memory
// ---------------------------------------------------------------------------------------

int take_memory(const Words&) {
  constexpr size_t kNumBytes = size_t{8} << 30;
  void* const memory = ::mmap(nullptr, kNumBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? errno : 0;
}
constexpr size_t kPageBytes = 4096;
int write_read_only_mapping(const Words&) {
  void* const page = ::mmap(nullptr, kPageBytes, PROT_READ, MAP_SHARED, kReadOnlyMemory, 0);
  if (page == MAP_FAILED) return errno;
  return answer(::mprotect(page, kPageBytes, PROT_READ | PROT_WRITE));
}
int unseal(const Words&) { return answer(::ftruncate(kSealedMemory, 1)); }
int make_code(const Words&) {
  void* const page =
      ::mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return errno;
  return answer(::mprotect(page, kPageBytes, PROT_READ | PROT_EXEC));
}
int be_dumped(const Words&) { return ::prctl(PR_GET_DUMPABLE) == 1 ? 0 : kHidden; }

// --- what holds the other layers
// ------------------------------------------------------------------

int replace_sigsys_handler(const Words&) {
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  return answer(::sigaction(SIGSYS, &action, nullptr));
}
int open_file_of_limits(const Words&) {
  // More than a few.
  for (int count = 0; count < 100; ++count) {
    if (::dup(STDIN_FILENO) < 0) return errno;
  }
  return 0;
}
int nothing(const Words&) { return 0; }
int outlive_parent(const Words&) {
  int signal = 0;
  if (::prctl(PR_GET_PDEATHSIG, &signal) != 0) return errno;
  return signal == SIGKILL ? kHidden : 0;
}
int fault(const Words&) {
  volatile int* const nowhere = nullptr;
  return *nowhere;  // NOLINT
}
int wait_for_end_of_input(const Words&) {
  char byte = 0;
  return answer(::read(STDIN_FILENO, &byte, 1));
}

}  // namespace

const std::vector<Attempt>& all_attempts() {
  static const std::vector<Attempt> attempts{
      {"nothing", nothing},
      {"outlive-parent", outlive_parent},
      {"fault", fault},
      {"wait", wait_for_end_of_input},
      {"open-file", open_file},
      {"open-given-file", open_given_file},
      {"create-file", create_file},
      {"open-program-to-write", open_program_to_write},
      {"have-capability-to-come", have_capability_to_come},
      {"open-parent-memory", open_parent_memory},
      {"connect-loopback", connect_loopback},
      {"connect-abstract", connect_abstract},
      {"debug-parent", debug_parent},
      {"signal-parent", signal_parent},
      {"start-program", start_program},
      {"start-given-program", start_given_program},
      {"became", became},
      {"fork-many", fork_many},
      {"start-thread", start_thread},
      {"mount", mount_something},
      {"new-user-namespace", new_user_namespace},
      {"change-root", change_root},
      {"keyring", use_keyring},
      {"bpf", load_bpf},
      {"io-uring", set_up_io_uring},
      {"find-shared-memory", find_shared_memory},
      {"learn-host-name", learn_host_name},
      {"name-host", name_host},
      {"take-memory", take_memory},
      {"write-read-only-mapping", write_read_only_mapping},
      {"unseal", unseal},
      {"make-code", make_code},
      {"be-dumped", be_dumped},
      {"replace-sigsys-handler", replace_sigsys_handler},
      {"take-descriptors", open_file_of_limits},
  };
  return attempts;
}

}  // namespace ferrule::test
