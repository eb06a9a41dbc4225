// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ferrule/sandbox/layer.h"

namespace ferrule::sandbox {

enum class LayerState : uint8_t {
  kOff,      ///< the policy does not want it
  kInForce,  ///< the kernel took it
  kMissing,  ///< wanted, and not to be had; the reason says why
  kLater,    ///< the process puts it in force itself, when it has warmed up
};

struct LayerReport {
  LayerState state = LayerState::kOff;
  std::string reason{};  ///< of kMissing: which call said what

  friend bool operator==(const LayerReport&, const LayerReport&) = default;
};

/// What became of each layer of a policy.
using Report = PerLayer<LayerReport>;

/// A line for each layer that is not off: "seccomp: in force".
std::string to_text(const Report& report);

/// The reports of two steps as one: what came later counts.
Report merge(const Report& start, const Report& lock);

}  // namespace ferrule::sandbox
