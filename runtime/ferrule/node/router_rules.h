// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "ferrule/base/error.h"
#include "ferrule/node/holdings.h"

namespace ferrule::node {

/// Stops numbers near the end of their range, where adding one would wrap: nobody sends that many.
inline constexpr uint64_t kMaxSequence = uint64_t{1} << 62;

/// Stops events that go round for ever: because a hostile peer has bent the ring, or because the
/// one they look for moved away meanwhile. Honest rings have a handful of ports.
inline constexpr uint32_t kMaxHops = 256;

/// Stops messages that run after each other for ever, because each carries the end that the other
/// is for. Every hop moves all ends inside, so they must not go far. An honest end has to move this
/// often, each time before a message reaches it.
inline constexpr uint32_t kMaxHopsWithEnds = 64;

/// How many proxies that have gone are remembered for each link. An event that is on its way while
/// so many others go is not honest.
inline constexpr size_t kMaxNotes = 1024;

/// How deep ends may wait in messages that wait at ends that wait in messages. Stops a peer that
/// makes us look for circles in very long rows.
inline constexpr size_t kMaxEndNesting = 1024;

/// Stops a peer that fills the table of ports with ends that it sends.
inline constexpr size_t kMaxPortsPerLink = size_t{1} << 17;

/// Stops a peer that fills memory through very many pipes, each within its window.
inline constexpr uint64_t kMaxUnreadBytesPerLink = uint64_t{1} << 30;

/// Stops a peer that fills the table of descriptors. More than what one pipe's window allows, with
/// a message that goes beyond.
inline constexpr uint64_t kMaxUnreadDescriptorsPerLink = 512;

inline constexpr Holdings kMaxHoldingsPerLink{kMaxPortsPerLink, kMaxUnreadBytesPerLink,
                                              kMaxUnreadDescriptorsPerLink};

/// The same for all peers together, where nobody says otherwise: stops many peers, or one that
/// comes again and again, who are each within theirs.
inline constexpr Holdings kMaxHoldings{uint64_t{1} << 20, uint64_t{4} << 30, 4096};

/// Stops a peer that fills the table of descriptors with connections to others that it claims to
/// make, and bounds how many are made for it.
inline constexpr size_t kMaxIntroductionsPerLink = 256;

/// How many proxies wait for a change at one port. A pipe has a handful.
inline constexpr size_t kMaxWaitingProxies = 32;

/// How often a proxy asks again, each time for having been told to, before it stays. Stops
/// questions that are always sent where nobody is any more.
inline constexpr uint32_t kMaxQuestions = 64;

/// How many links a node takes to those that it was introduced to by one that it was introduced to.
inline constexpr size_t kMaxFarLinks = 256;
/// The longest row of introductions that leads to one of them.
inline constexpr uint32_t kMaxDistance = 64;

/// What an unread message counts for beside its bytes.
inline constexpr uint64_t kUnreadMessageCharge = 256;

/// That a peer broke a rule of the nodes.
inline Error broken_rule(const char* name) {
  return {Errc::kBadMessage, std::string("node rule ") + name};
}

}  // namespace ferrule::node
