// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/policy.h"

#include <algorithm>
#include <utility>

#include "ferrule/base/check.h"

namespace ferrule::sandbox {
namespace {

bool is_limit_kept(const std::optional<uint64_t>& limit, const std::optional<uint64_t>& weaker) {
  return !weaker || (limit && *limit <= *weaker);
}

bool are_limits_kept(const Limits& limits, const Limits& weaker) {
  return is_limit_kept(limits.memory_bytes, weaker.memory_bytes) &&
         is_limit_kept(limits.num_processes, weaker.num_processes) &&
         is_limit_kept(limits.num_descriptors, weaker.num_descriptors) &&
         is_limit_kept(limits.file_bytes, weaker.file_bytes) &&
         is_limit_kept(limits.cpu_seconds, weaker.cpu_seconds);
}

template <class T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// Without a layer that knows paths, all may be reached.
bool are_paths_kept(const Policy& policy, const Policy& weaker) {
  const bool knows_paths = weaker.need(Layer::kMountNamespace) != Need::kOff ||
                           weaker.need(Layer::kLandlock) != Need::kOff;
  return !knows_paths ||
         std::all_of(policy.paths().begin(), policy.paths().end(),
                     [&](const PathRule& rule) { return contains(weaker.paths(), rule); });
}

bool are_calls_kept(const Policy& policy, const Policy& weaker) {
  return weaker.need(Layer::kSeccomp) == Need::kOff ||
         std::all_of(policy.calls().begin(), policy.calls().end(),
                     [&](const std::string& call) { return contains(weaker.calls(), call); });
}

}  // namespace

Policy& Policy::set_name(std::string name) {
  name_ = std::move(name);
  return *this;
}

Policy& Policy::allow_read(std::string path) {
  FERRULE_CHECK(path.starts_with('/'));
  paths_.push_back({std::move(path), false});
  return *this;
}

Policy& Policy::allow_write(std::string path) {
  FERRULE_CHECK(path.starts_with('/'));
  paths_.push_back({std::move(path), true});
  return *this;
}

Policy& Policy::allow_system_files(bool is_allowed) {
  allows_system_files_ = is_allowed;
  return *this;
}

Policy& Policy::allow_network(bool is_allowed) {
  allows_network_ = is_allowed;
  // A namespace without interfaces would forbid what was just allowed.
  if (is_allowed) {
    without(Layer::kNetNamespace);
  } else if (need(Layer::kNetNamespace) == Need::kOff) {
    require(Layer::kNetNamespace);
  }
  return *this;
}

Policy& Policy::allow_threads(bool is_allowed) {
  allows_threads_ = is_allowed;
  return *this;
}

Policy& Policy::allow_processes(bool is_allowed) {
  allows_processes_ = is_allowed;
  return *this;
}

Policy& Policy::allow_code_making(bool is_allowed) {
  allows_code_making_ = is_allowed;
  return *this;
}

Policy& Policy::allow_call(std::string name) {
  calls_.push_back(std::move(name));
  return *this;
}

Policy& Policy::memory_limit(uint64_t num_bytes) {
  limits_.memory_bytes = num_bytes;
  return *this;
}

Policy& Policy::process_limit(uint64_t count) {
  limits_.num_processes = count;
  return *this;
}

Policy& Policy::descriptor_limit(uint64_t count) {
  limits_.num_descriptors = count;
  return *this;
}

Policy& Policy::file_size_limit(uint64_t num_bytes) {
  limits_.file_bytes = num_bytes;
  return *this;
}

Policy& Policy::cpu_limit(uint64_t num_seconds) {
  limits_.cpu_seconds = num_seconds;
  return *this;
}

Policy& Policy::set_need(Layer layer, Need need) {
  needs_[layer] = need;
  return *this;
}

bool Policy::is_any_layer_wanted() const noexcept {
  const auto layers = all_layers();
  return std::any_of(layers.begin(), layers.end(),
                     [this](Layer layer) { return need(layer) != Need::kOff; });
}

bool is_at_least_as_strict(const Policy& policy, const Policy& weaker) {
  for (const Layer layer : all_layers()) {
    if (policy.need(layer) < weaker.need(layer)) return false;
  }
  const auto implies = [](bool ours, bool theirs) { return !ours || theirs; };
  return implies(policy.allows_system_files(), weaker.allows_system_files()) &&
         implies(policy.allows_network(), weaker.allows_network()) &&
         implies(policy.allows_threads(), weaker.allows_threads()) &&
         implies(policy.allows_processes(), weaker.allows_processes()) &&
         implies(policy.allows_code_making(), weaker.allows_code_making()) &&
         are_paths_kept(policy, weaker) && are_calls_kept(policy, weaker) &&
         are_limits_kept(policy.limits(), weaker.limits());
}

}  // namespace ferrule::sandbox
