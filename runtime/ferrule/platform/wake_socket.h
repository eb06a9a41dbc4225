// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ferrule::platform {

/// A pair of stream sockets as a bell that also tells when the other side is gone: bytes mean
/// "look again" and nothing else. Takes bare descriptors because an Asio object owns them. Both
/// never wait and are thread-safe.

/// Rings at the other side. False if nobody is there any more. Where the socket is full the other
/// side has enough to wake up from.
bool ring_bell(int socket) noexcept;

/// Takes what rang so far. False if the other side is gone.
bool quiet_bell(int socket) noexcept;

}  // namespace ferrule::platform
