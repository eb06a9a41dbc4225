// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/sandbox/layer.h"

namespace ferrule::sandbox {

/// A path, and all below it, that a process may reach.
struct PathRule {
  std::string path{};
  bool is_writable = false;

  friend bool operator==(const PathRule&, const PathRule&) = default;
};

/// What a process may use of things that run out. Nothing: as much as the process that starts it.
struct Limits {
  std::optional<uint64_t> memory_bytes{};   ///< of its address space, shared memory included
  std::optional<uint64_t> num_processes{};  ///< and threads, of its user; means nothing for root
  std::optional<uint64_t> num_descriptors{};
  std::optional<uint64_t> file_bytes{};  ///< of a file that it writes
  std::optional<uint64_t> cpu_seconds{};

  friend bool operator==(const Limits&, const Limits&) = default;
};

/// What a process may do, as a value: copied, compared, written to a file and read from it. It says
/// what is wanted; what the kernel made of it is told by a `Report`.
///
///   auto policy = Policy::renderer().allow_read("/usr/share/fonts").memory_limit(512 << 20);
///
/// Start from a preset. What a preset does not allow is forbidden, and every layer that can keep it
/// so is on; those without which the promise would be hollow are required.
class Policy {
 public:
  /// No restriction at all.
  static Policy none();
  /// Reads the system's libraries and data; no network, no other programs or processes.
  static Policy utility();
  /// As utility, and may use the internet.
  static Policy network();
  /// Talks to its pipes and nothing else.
  static Policy renderer();
  /// As renderer, with one thread and little memory: for decoding bytes that nobody trusts.
  static Policy decoder();
  /// One of these by its name. Errors: `Errc::kNotFound`, which lists the names.
  static Result<Policy> preset(std::string_view name);
  static std::vector<std::string_view> preset_names();

  /// What it was made from, for reports.
  const std::string& name() const noexcept { return name_; }
  Policy& set_name(std::string name);

  /// Reads, or reads and writes, `path` and what is below it; absolute. A link is followed when the
  /// policy is put in force, and the place it leads to is what may be reached.
  Policy& allow_read(std::string path);
  Policy& allow_write(std::string path);
  /// The system's libraries, programs and data, to read: /usr and what belongs to it in /etc.
  Policy& allow_system_files(bool is_allowed = true);
  Policy& allow_network(bool is_allowed = true);
  Policy& no_network() { return allow_network(false); }
  Policy& allow_threads(bool is_allowed = true);
  /// Processes and programs of its own, in the same sandbox.
  Policy& allow_processes(bool is_allowed = true);
  /// Memory that is written and then run as code.
  Policy& allow_code_making(bool is_allowed = true);
  /// A system call by name, with all that can be asked of it.
  Policy& allow_call(std::string name);

  Policy& memory_limit(uint64_t num_bytes);
  Policy& process_limit(uint64_t count);
  Policy& descriptor_limit(uint64_t count);
  Policy& file_size_limit(uint64_t num_bytes);
  Policy& cpu_limit(uint64_t num_seconds);

  Policy& require(Layer layer) { return set_need(layer, Need::kRequire); }
  Policy& prefer(Layer layer) { return set_need(layer, Need::kPrefer); }
  Policy& without(Layer layer) { return set_need(layer, Need::kOff); }
  Policy& set_need(Layer layer, Need need);

  Need need(Layer layer) const noexcept { return needs_[layer]; }
  const std::vector<PathRule>& paths() const noexcept { return paths_; }
  bool allows_system_files() const noexcept { return allows_system_files_; }
  bool allows_network() const noexcept { return allows_network_; }
  bool allows_threads() const noexcept { return allows_threads_; }
  bool allows_processes() const noexcept { return allows_processes_; }
  bool allows_code_making() const noexcept { return allows_code_making_; }
  const std::vector<std::string>& calls() const noexcept { return calls_; }
  const Limits& limits() const noexcept { return limits_; }
  /// Whether it may open any file at all.
  bool allows_files() const noexcept { return allows_system_files_ || !paths_.empty(); }
  /// Whether any layer is wanted.
  bool is_any_layer_wanted() const noexcept;

  friend bool operator==(const Policy&, const Policy&) = default;

 private:
  Policy() = default;
  /// The strictest: all layers, nothing allowed.
  static Policy nothing(std::string name);

  std::string name_;
  PerLayer<Need> needs_;
  std::vector<PathRule> paths_;
  bool allows_system_files_ = false;
  bool allows_network_ = false;
  bool allows_threads_ = false;
  bool allows_processes_ = false;
  bool allows_code_making_ = false;
  std::vector<std::string> calls_;
  Limits limits_;
};

/// Whether all that `weaker` forbids is forbidden by `policy`, too: every layer is wanted at least
/// as much, and nothing more is allowed.
bool is_at_least_as_strict(const Policy& policy, const Policy& weaker);

}  // namespace ferrule::sandbox
