// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace ferrule::bindings {

// What one pipe may cost its receiver above the wire. Every limit names the attack it stops.

/// After so many messages in a row others on the same executor get their turn. Stops a peer that
/// sends without pause from keeping timers and other pipes waiting for ever.
inline constexpr int kMaxMessagesPerTurn = 128;

/// The associated interfaces of one pipe that are open at a time. Stops a peer that names ids until
/// the table of ends fills our memory.
inline constexpr size_t kMaxAssociatedInterfaces = 4096;

/// What one pipe may bring while its executor waits for the answer to a synchronous call, and what
/// cannot be handled before that is over. Stops a peer that uses the time to fill our memory: what
/// is kept here no longer counts in the window of the pipe.
inline constexpr size_t kMaxKeptMessages = 65536;
inline constexpr size_t kMaxKeptBytes = size_t{256} << 20;

/// What is kept of the words with which a peer closes an end. Stops a peer that writes a book into
/// our log.
inline constexpr size_t kMaxReasonBytes = 1024;

}  // namespace ferrule::bindings
