// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace ferrule::wire {

// What one message may cost its receiver. Every limit names the attack it stops.

/// The largest message, header included. Stops a peer that makes us reserve memory until none is
/// left; it also keeps every size of the format inside 32 bits.
inline constexpr size_t kMaxMessageBytes = size_t{256} << 20;

/// The most handles of one message, descriptors and pipe ends together. Stops a peer that fills our
/// descriptor table, or our table of ports, with one send.
inline constexpr size_t kMaxMessageHandles = 1024;

/// How deep objects may nest below the parameters. Decoding is recursive: without a limit a message
/// that is a long chain of pointers runs over the stack.
inline constexpr uint32_t kMaxDepth = 200;

/// What decoding one message may allocate in all: so many times its bytes, and a fixed part so that
/// small messages are never refused. Stops amplification: eight bytes on the wire, a null pointer,
/// become a whole empty C++ object, and a million of them fit into eight megabytes.
inline constexpr size_t kAllocationFactor = 16;
inline constexpr size_t kAllocationSlackBytes = size_t{1} << 20;

/// How many entries a decoded hash_map may walk past while it is filled: so many a key on average,
/// and a fixed part so that small maps are never refused. Stops a peer that sends keys chosen to
/// collide, so that filling the map takes quadratic time.
inline constexpr size_t kMaxHashStepsPerKey = 16;
inline constexpr size_t kHashStepsSlack = size_t{1} << 16;

/// A decoded array<uint8> refers into its message instead of being copied if it is at least this
/// large, and at least one part in `kMaxPinnedFactor` of the memory it keeps alive. Stops a peer
/// whose small fields, stored by the application, each keep a large message alive.
inline constexpr size_t kMinReferredBytes = 4096;
inline constexpr size_t kMaxPinnedFactor = 4;

/// Byte arrays this large are not copied by the encoder but by whoever sends the message.
inline constexpr size_t kDeferredCopyBytes = size_t{64} << 10;

}  // namespace ferrule::wire
