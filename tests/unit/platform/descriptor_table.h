// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "ferrule/base/unique_fd.h"

namespace ferrule::platform {

/// How many descriptors this process has open. Taken before and after, it shows leaks.
inline long count_open_descriptors() {
  const std::filesystem::directory_iterator table("/proc/self/fd");
  return std::distance(begin(table), end(table));
}

inline bool is_close_on_exec(const UniqueFd& fd) {
  return (::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0;
}

inline bool is_same_file(const UniqueFd& one, const UniqueFd& other) {
  struct stat a {};
  struct stat b {};
  return ::fstat(one.get(), &a) == 0 && ::fstat(other.get(), &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

inline Pipe make_pipe() {
  int fds[2] = {-1, -1};
  if (::pipe2(fds, O_CLOEXEC) != 0) std::abort();
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

}  // namespace ferrule::platform
