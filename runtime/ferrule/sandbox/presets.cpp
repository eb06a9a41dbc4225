// SPDX-License-Identifier: Apache-2.0
// Which layers a preset requires follows one rule: the promise in its comment must hold on every
// kernel it starts on. No new privileges, no capabilities, the list of system calls and the limits
// exist everywhere and are required. Namespaces need rights that some systems keep from ordinary
// users; what they hide is also kept by the list of system calls, so they are preferred. A program
// that wants them in any case says so with `require`.
#include <array>
#include <utility>

#include "ferrule/sandbox/policy.h"

namespace ferrule::sandbox {
namespace {

/// Enough for a page with many pictures, and too little to push everything else out of memory.
constexpr uint64_t kRendererBytes = uint64_t{4} << 30;
/// Room for one large picture and the shared memory it travels in.
constexpr uint64_t kDecoderBytes = uint64_t{1} << 30;
/// Far beyond what one process holds; a leak or an attack ends here.
constexpr uint64_t kMostDescriptors = 1024;

using Maker = Policy (*)();
constexpr std::array<std::pair<std::string_view, Maker>, 5> kPresets{{
    {"none", &Policy::none},
    {"utility", &Policy::utility},
    {"network", &Policy::network},
    {"renderer", &Policy::renderer},
    {"decoder", &Policy::decoder},
}};

}  // namespace

Policy Policy::nothing(std::string name) {
  Policy policy;
  for (const Layer layer : all_layers()) policy.prefer(layer);
  policy.require(Layer::kNoNewPrivileges)
      .require(Layer::kCapabilities)
      .require(Layer::kSeccomp)
      .require(Layer::kLimits);
  return policy.descriptor_limit(kMostDescriptors).set_name(std::move(name));
}

Policy Policy::none() {
  Policy policy;
  return policy.allow_system_files()
      .allow_network()
      .allow_threads()
      .allow_processes()
      .allow_code_making()
      .set_name("none");
}

Policy Policy::utility() { return nothing("utility").allow_system_files().allow_threads(); }

Policy Policy::network() {
  Policy policy = utility().allow_network().set_name("network");
  // How names are resolved. The addresses of servers and the certificates are system files.
  for (const char* file : {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf",
                           "/etc/gai.conf", "/etc/services"}) {
    policy.allow_read(file);
  }
  return policy;
}

Policy Policy::renderer() {
  return nothing("renderer").allow_threads().memory_limit(kRendererBytes);
}

Policy Policy::decoder() { return nothing("decoder").memory_limit(kDecoderBytes); }

Result<Policy> Policy::preset(std::string_view name) {
  std::string names;
  for (const auto& [preset_name, make] : kPresets) {
    if (preset_name == name) return make();
    names += names.empty() ? "" : ", ";
    names += preset_name;
  }
  return Error(Errc::kNotFound,
               "no sandbox is named \"" + std::string(name) + "\"; there are " + names);
}

std::vector<std::string_view> Policy::preset_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, make] : kPresets) names.push_back(name);
  return names;
}

}  // namespace ferrule::sandbox
