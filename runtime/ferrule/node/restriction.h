// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace ferrule::node {

/// The longest name in a restriction. Stops a peer that sends ends with long stories.
inline constexpr size_t kMaxRestrictionNameBytes = 1024;

/// Who may be sent an end: nodes that were granted `value` of `enumeration`, or a lower one. It
/// goes with the end from node to node, and each keeps it. A value.
struct Restriction {
  std::string interface_name;
  std::string enumeration;
  int32_t value = 0;

  std::string to_text() const {
    return "an end of " + interface_name + " is only for processes that were granted " +
           enumeration + " " + std::to_string(value) + " or a lower one";
  }
};

/// What the node behind a link was granted. A value.
class Rights {
 public:
  void grant_all() noexcept { has_all_ = true; }
  void grant(std::string enumeration, int32_t value) {
    const auto [it, is_new] = granted_.emplace(std::move(enumeration), value);
    if (!is_new) it->second = std::min(it->second, value);
  }
  bool allow(const std::string& enumeration, int32_t value) const {
    const auto it = granted_.find(enumeration);
    return has_all_ || (it != granted_.end() && it->second <= value);
  }

 private:
  std::map<std::string, int32_t> granted_;
  bool has_all_ = false;
};

}  // namespace ferrule::node
