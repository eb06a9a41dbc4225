// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/internal/leaks.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sched.h>
#include <string>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <vector>

namespace ferrule::sandbox {
namespace {

/// A thread that was joined is gone for pthread_join a moment before it is for the kernel.
constexpr int kMaxLooksForThreads = 1000;

/// Without /proc each number is tried; a process that has more open has them on purpose.
constexpr int kMostDescriptorsTried = 4096;

constexpr unsigned kMemoryDevices = 1;  // the major number of /dev/null, zero, full, random

std::vector<int> open_descriptors() {
  std::vector<int> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), &::closedir);
  if (!folder) {
    for (int fd = 0; fd < kMostDescriptorsTried; ++fd) {
      if (::fcntl(fd, F_GETFD) >= 0) numbers.push_back(fd);
    }
    return numbers;
  }
  while (const dirent* entry = ::readdir(folder.get())) {
    int fd = -1;
    const char* const end = entry->d_name + std::strlen(entry->d_name);
    const bool is_number = std::from_chars(entry->d_name, end, fd).ptr == end;
    if (is_number && fd != ::dirfd(folder.get())) numbers.push_back(fd);
  }
  return numbers;
}

/// What makes the descriptor a way out; nullptr if it is none.
const char* way_out(int fd, std::span<const int> known_sockets) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return nullptr;
  if (S_ISDIR(status.st_mode)) return "a folder";
  if (fd <= STDERR_FILENO) return nullptr;
  if (S_ISBLK(status.st_mode)) return "a disk";
  if (S_ISCHR(status.st_mode) && major(status.st_rdev) != kMemoryDevices) return "a device";
  if (S_ISSOCK(status.st_mode)) {
    const bool is_known =
        std::find(known_sockets.begin(), known_sockets.end(), fd) != known_sockets.end();
    return is_known ? nullptr : "a socket";
  }
  // Without a name it is memory, or gone.
  const bool has_name = S_ISREG(status.st_mode) && status.st_nlink != 0;
  if (has_name && (::fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY) return "a file to write";
  return nullptr;
}

}  // namespace

Result<void> check_single_thread() {
  // The one question about threads that needs no /proc: it fails if there are others, and does
  // nothing if there are none.
  for (int look = 0; look < kMaxLooksForThreads; ++look) {
    if (::unshare(CLONE_THREAD) == 0) return {};
    if (errno != EINVAL) return {};  // the question is forbidden, by a list of calls above us
    ::sched_yield();
  }
  return Error(Errc::kAccessDenied, "sandbox: another thread runs and would stay outside");
}

Result<void> check_descriptors(std::span<const int> known_sockets) {
  for (const int fd : open_descriptors()) {
    if (const char* const what = way_out(fd, known_sockets)) {
      return Error(Errc::kAccessDenied,
                   "sandbox: descriptor " + std::to_string(fd) + " is " + what + " and leads out");
    }
  }
  return {};
}

}  // namespace ferrule::sandbox
