// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <sys/types.h>
#include <utility>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::platform {

/// Stream sockets of this machine: how two processes come to share one. Every descriptor made here
/// is close-on-exec. All functions are thread-safe.
///
/// A `name` is a path in the file system or, with a leading '@', an abstract name, which leaves no
/// file behind but which any user of the same network namespace may connect to.

/// Two connected sockets, in blocking mode: one of them usually goes to another program.
Result<std::pair<UniqueFd, UniqueFd>> make_socket_pair();

struct ListenOptions {
  /// Who may connect to a path, as for chmod(2). By default only this user. Means nothing for
  /// abstract names: check `peer_credentials` there.
  mode_t permissions = 0600;
  /// Connections that may wait to be accepted. The kernel caps it at net.core.somaxconn.
  int backlog = 4096;
};

/// A non-blocking socket that accepts connections to `name`. A socket file that nobody listens on
/// any more, left by a process that was killed, is replaced; one in use is an error, and so is a
/// file that is no socket. The caller removes the path when it stops listening.
Result<UniqueFd> listen_on(const std::string& name, const ListenOptions& options = {});

/// A connection that waits on `listener`, or an empty `UniqueFd` if none does at the moment. On an
/// error (no descriptor left: EMFILE) the connection goes on waiting and `listener` stays readable:
/// the caller pauses, or it spins.
Result<UniqueFd> accept_from(const UniqueFd& listener);

/// Connects to whoever listens on `name`. Does not wait: a full backlog is an error (EAGAIN).
Result<UniqueFd> connect_to(const std::string& name);

/// An error if `socket` is anything else than a Unix stream socket, as a peer that sends one may.
Result<void> check_stream_socket(const UniqueFd& socket);

/// A connected stream socket that this program was started with, under its number. Takes ownership,
/// and makes it close-on-exec. An error if there is no such descriptor or it is something else,
/// which then is left alone.
Result<UniqueFd> adopt_inherited_socket(int number);

/// The same for a socket that listens; it is made non-blocking, too.
Result<UniqueFd> adopt_inherited_listener(int number);

/// Ends both directions. The peer reads what was sent, then the end; descriptors stay open.
void shut_down(const UniqueFd& socket) noexcept;

/// Asks for room for about `num_bytes` in flight from this socket.
Result<void> set_send_buffer(const UniqueFd& socket, size_t num_bytes);

}  // namespace ferrule::platform
