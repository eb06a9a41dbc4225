// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace ferrule::bindings {

/// What one end of an interface knows of the other one. Asked for when there is first something to
/// say that older ends do not understand, and then kept: it does not change. A value.
struct PeerKnowledge {
  std::optional<uint32_t> version;        // of the interface; none: it has not said so yet
  uint32_t features = 0;                  // the FEATURE constants of interface_control.idl
  bool is_asked = false;                  // the answer is on its way
  std::vector<uint64_t> waiting_cancels;  // to be sent when it is known, or when there is room
};

}  // namespace ferrule::bindings
