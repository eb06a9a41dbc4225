// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace ferrule {

/// The one owner of a file descriptor; closes it. Move-only. In IDL it is `handle<platform>`.
class UniqueFd {
 public:
  UniqueFd() = default;
  /// Takes ownership of `fd`; a negative number means none.
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~UniqueFd() { reset(); }

  bool is_valid() const noexcept { return fd_ >= 0; }
  explicit operator bool() const noexcept { return is_valid(); }

  /// The descriptor, borrowed; -1 when there is none.
  int get() const noexcept { return fd_; }
  /// Gives the descriptor away; the caller closes it.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  /// Closes what is held and takes `fd`.
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

}  // namespace ferrule
