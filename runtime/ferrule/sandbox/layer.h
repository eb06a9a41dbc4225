// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ferrule::sandbox {

/// One thing that the kernel does to keep a process in. Each can be asked for and be missing by
/// itself; docs/sandbox.md says what each of them stops.
enum class Layer : uint8_t {
  kUserNamespace,    ///< rights over itself are no rights over the system
  kPidNamespace,     ///< it sees no other process, and ends all of its own by ending
  kNetNamespace,     ///< no network, not even loopback, and no abstract socket
  kMountNamespace,   ///< a root of its own: empty, or with the paths of the policy
  kIpcNamespace,     ///< no System V memory or POSIX queue of others
  kUtsNamespace,     ///< does not learn the name of the host
  kCgroupNamespace,  ///< does not learn its place in the hierarchy of control groups
  kIdentity,         ///< a user that owns nothing; only root can give that
  kNoNewPrivileges,  ///< no program raises its rights
  kCapabilities,     ///< none, and none to be had
  kSeccomp,          ///< only listed system calls
  kLandlock,         ///< only the paths of the policy, whatever is mounted
  kLimits,           ///< memory, processes, descriptors
  kNonDumpable,      ///< no core files, and not to be debugged by its own user
  kSpeculation,      ///< no speculation past stores and branches that others trained
  kControlGroup,     ///< memory and processes of all that come of it together
};
inline constexpr size_t kNumLayers = 16;

/// How much a policy wants a layer.
enum class Need : uint8_t {
  kOff,
  kPrefer,   ///< where the kernel gives it
  kRequire,  ///< or the program does not run
};

/// "seccomp", "pid-namespace" and so on; the words of policy files and reports.
std::string_view to_name(Layer layer) noexcept;
std::optional<Layer> layer_of_name(std::string_view name) noexcept;

/// All layers, in the order above.
std::array<Layer, kNumLayers> all_layers() noexcept;

/// A value for each layer.
template <class T>
class PerLayer {
 public:
  T& operator[](Layer layer) noexcept { return values_[static_cast<size_t>(layer)]; }
  const T& operator[](Layer layer) const noexcept { return values_[static_cast<size_t>(layer)]; }

  friend bool operator==(const PerLayer&, const PerLayer&) = default;

 private:
  std::array<T, kNumLayers> values_{};
};

}  // namespace ferrule::sandbox
