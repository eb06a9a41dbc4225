// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/report.h"

namespace ferrule::sandbox {

std::string to_text(const Report& report) {
  std::string text;
  for (const Layer layer : all_layers()) {
    const LayerReport& entry = report[layer];
    if (entry.state == LayerState::kOff) continue;
    text += to_name(layer);
    if (entry.state == LayerState::kInForce) text += ": in force";
    if (entry.state == LayerState::kLater) text += ": once it has warmed up";
    if (entry.state == LayerState::kMissing) text += ": missing, " + entry.reason;
    text += '\n';
  }
  return text;
}

Report merge(const Report& start, const Report& lock) {
  Report merged = start;
  for (const Layer layer : all_layers()) {
    if (lock[layer].state != LayerState::kOff) merged[layer] = lock[layer];
  }
  return merged;
}

}  // namespace ferrule::sandbox
