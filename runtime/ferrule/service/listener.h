// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <sys/types.h>

namespace ferrule {

namespace service {
class ListenerState;
}

struct ListenOptions {
  /// Who may connect, as for chmod(2): read and write permission of the socket file.
  mode_t permissions = 0600;
};

/// A socket at a path where other processes may connect. Destroying it removes the path;
/// connections that were accepted go on. Move-only; I/O-bound.
class Listener {
 public:
  Listener() = default;
  explicit Listener(std::shared_ptr<service::ListenerState> state) noexcept;
  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&& other) noexcept;
  ~Listener();

  bool is_open() const noexcept { return state_ != nullptr; }
  void close() noexcept;

 private:
  std::shared_ptr<service::ListenerState> state_;  // shared with the wait under way
};

}  // namespace ferrule
