// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <unistd.h>

#include "ferrule/base/unique_fd.h"

namespace ferrule::bench {

/// A benchmark that cannot go on says what failed, and why the system thinks so.
[[noreturn]] inline void die(const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), std::strerror(errno));
  std::_Exit(1);
}

inline void write_all(const UniqueFd& fd, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd.get(), bytes.data(), bytes.size());
    if (count <= 0) die("write");
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
}

/// False at the end of the stream.
inline bool read_all(const UniqueFd& fd, std::span<uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::read(fd.get(), bytes.data(), bytes.size());
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return true;
}

/// What a server does with the bytes that it gets: looks at every word.
inline uint64_t sum_words(std::span<const uint8_t> bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    uint64_t word;
    __builtin_memcpy(&word, bytes.data() + i, 8);
    sum += word;
  }
  return sum;
}

}  // namespace ferrule::bench
