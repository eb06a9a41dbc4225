// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule::platform {

/// Who is at the other end of a socket, as the kernel recorded it when the two were connected (or
/// the pair was made). The process may have ended since and its id been given to another: decide by
/// user and group, use the process id for messages only.
struct Credentials {
  uid_t user_id = 0;
  gid_t group_id = 0;
  pid_t process_id = 0;

  bool operator==(const Credentials&) const = default;
};

/// The credentials of the peer of a connected unix socket. Thread-safe.
Result<Credentials> peer_credentials(const UniqueFd& socket);

/// A pidfd of the peer: unlike the id it cannot come to mean another process, and it becomes
/// readable when that process ends. Empty where the kernel (before 6.5) cannot say; an error when
/// the process was gone before the question. Thread-safe.
Result<UniqueFd> peer_process(const UniqueFd& socket);

/// The same, and where the kernel cannot say, of the process that has the peer's id by now.
Result<UniqueFd> open_peer_process(const UniqueFd& socket);

}  // namespace ferrule::platform
