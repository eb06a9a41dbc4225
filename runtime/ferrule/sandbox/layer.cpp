// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/layer.h"

namespace ferrule::sandbox {
namespace {

constexpr std::array<std::string_view, kNumLayers> kNames{
    "user-namespace", "pid-namespace",    "net-namespace", "mount-namespace",   "ipc-namespace",
    "uts-namespace",  "cgroup-namespace", "identity",      "no-new-privileges", "capabilities",
    "seccomp",        "landlock",         "limits",        "non-dumpable",      "speculation",
    "control-group"};

}  // namespace

std::string_view to_name(Layer layer) noexcept { return kNames[static_cast<size_t>(layer)]; }

std::optional<Layer> layer_of_name(std::string_view name) noexcept {
  for (const Layer layer : all_layers()) {
    if (to_name(layer) == name) return layer;
  }
  return std::nullopt;
}

std::array<Layer, kNumLayers> all_layers() noexcept {
  std::array<Layer, kNumLayers> layers{};
  for (size_t i = 0; i < kNumLayers; ++i) layers[i] = static_cast<Layer>(i);
  return layers;
}

}  // namespace ferrule::sandbox
