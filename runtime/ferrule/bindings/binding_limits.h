// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace ferrule::bindings {

// What one pipe may cost its receiver above the wire. Every limit names the attack it stops.

/// The associated interfaces of one pipe that are open at a time. Stops a peer that names ids until
/// the table of ends fills our memory.
inline constexpr size_t kMaxAssociatedInterfaces = 4096;

/// What is kept of the words with which a peer closes an end. Stops a peer that writes a book into
/// our log.
inline constexpr size_t kMaxReasonBytes = 1024;

}  // namespace ferrule::bindings
