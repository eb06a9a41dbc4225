// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <sys/types.h>

#include "ferrule/base/unique_fd.h"
#include "ferrule/service/connection.h"

namespace ferrule {

namespace service {
class ListenerState;
}

/// Who asks to be connected, before a byte of it was read.
struct ConnectingPeer {
  PeerCredentials credentials{};
  /// A pidfd: unlike the process id it cannot come to mean another process. Empty where the kernel
  /// (before 6.5) has none to give, or the process has gone.
  UniqueFd process{};
};

struct ListenOptions {
  /// Who may connect, as for chmod(2): read and write permission of the socket file.
  mode_t permissions = 0600;
  /// Says who is let in. Others are closed before anything of theirs is read, and are never counted
  /// as a connection. Nothing: whoever the permissions let through.
  std::function<bool(const ConnectingPeer&)> admits{};
  /// Whether each connection has a `Connection::peer_process`, which is one more descriptor.
  bool keeps_peer_process = false;
};

/// A socket at a path where other processes may connect. Destroying it removes the path (unless the
/// socket was inherited); connections that were accepted go on. Move-only; I/O-bound.
class Listener {
 public:
  Listener() = default;
  explicit Listener(std::shared_ptr<service::ListenerState> state) noexcept;
  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&& other) noexcept;
  ~Listener();

  bool is_open() const noexcept;
  void close() noexcept;

 private:
  std::shared_ptr<service::ListenerState> state_;  // shared with the wait under way
};

}  // namespace ferrule
