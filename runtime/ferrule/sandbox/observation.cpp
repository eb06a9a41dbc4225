// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/observation.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "ferrule/sandbox/internal/privileges.h"

namespace ferrule::sandbox {
namespace {

namespace fs = std::filesystem;

/// A process can give itself a command line of megabytes.
constexpr size_t kMostCommandBytes = 4096;

using Fields = std::map<std::string, std::string, std::less<>>;

Fields read_status(const std::string& folder) {
  Fields fields;
  std::ifstream file(folder + "/status");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const size_t value = line.find_first_not_of(" \t", colon + 1);
    fields[line.substr(0, colon)] = value == std::string::npos ? "" : line.substr(value);
  }
  return fields;
}

uint64_t number_of(const Fields& fields, std::string_view name, int base = 10) {
  const auto field = fields.find(name);
  return field == fields.end() ? 0 : std::strtoull(field->second.c_str(), nullptr, base);
}

Seen see_number(const Fields& fields, std::string_view name, uint64_t expected, int base = 10) {
  if (!fields.contains(name)) return Seen::kUnknown;
  return number_of(fields, name, base) == expected ? Seen::kYes : Seen::kNo;
}

/// Which namespace; empty where that is not shown.
std::string namespace_of(const std::string& folder, const char* kind) {
  std::error_code error;
  const fs::path link = fs::read_symlink(folder + "/ns/" + kind, error);
  return error ? std::string() : link.string();
}

Seen see_namespace(const std::string& folder, const char* kind) {
  const std::string theirs = namespace_of(folder, kind);
  const std::string ours = namespace_of("/proc/self", kind);
  if (theirs.empty() || ours.empty()) return Seen::kUnknown;
  return theirs != ours ? Seen::kYes : Seen::kNo;
}

/// "0::/path"; empty where there are no control groups of version 2.
std::string control_group_of(const std::string& folder) {
  std::ifstream file(folder + "/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::")) return line;
  }
  return {};
}

Seen see_control_group(const std::string& folder) {
  const std::string theirs = control_group_of(folder);
  const std::string ours = control_group_of("/proc/self");
  if (theirs.empty() || ours.empty()) return Seen::kUnknown;
  return theirs != ours ? Seen::kYes : Seen::kNo;
}

Seen see_speculation(const Fields& fields) {
  const auto is_off = [&fields](std::string_view name) {
    const auto field = fields.find(name);
    if (field == fields.end()) return Seen::kUnknown;
    const std::string& value = field->second;
    const bool is_disabled =
        value.find("force") != std::string::npos || value.find("not") != std::string::npos;
    return is_disabled ? Seen::kYes : Seen::kNo;
  };
  const Seen stores = is_off("Speculation_Store_Bypass");
  return stores == Seen::kYes ? is_off("SpeculationIndirectBranch") : stores;
}

/// Core files are what the limits of every sandbox forbid.
Seen see_limits(const std::string& folder) {
  std::ifstream file(folder + "/limits");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("Max core file size")) continue;
    std::istringstream words(line.substr(18));
    std::string soft;
    std::string hard;
    words >> soft >> hard;
    return hard == "0" ? Seen::kYes : Seen::kNo;
  }
  return Seen::kUnknown;
}

/// The files of a process that must not be dumped belong to root, whoever it is.
Seen see_non_dumpable(const std::string& folder, uint64_t user) {
  struct stat status {};
  if (::stat((folder + "/mem").c_str(), &status) != 0 || user == 0) return Seen::kUnknown;
  return status.st_uid != user ? Seen::kYes : Seen::kNo;
}

PerLayer<Seen> see_layers(const std::string& folder, const Fields& fields) {
  PerLayer<Seen> layers;
  layers[Layer::kUserNamespace] = see_namespace(folder, "user");
  layers[Layer::kPidNamespace] = see_namespace(folder, "pid");
  layers[Layer::kNetNamespace] = see_namespace(folder, "net");
  layers[Layer::kMountNamespace] = see_namespace(folder, "mnt");
  layers[Layer::kIpcNamespace] = see_namespace(folder, "ipc");
  layers[Layer::kUtsNamespace] = see_namespace(folder, "uts");
  layers[Layer::kCgroupNamespace] = see_namespace(folder, "cgroup");
  layers[Layer::kIdentity] = see_number(fields, "Uid", kNobody);
  layers[Layer::kNoNewPrivileges] = see_number(fields, "NoNewPrivs", 1);
  layers[Layer::kCapabilities] = see_number(fields, "CapPrm", 0, 16);
  layers[Layer::kSeccomp] = see_number(fields, "Seccomp", 2);
  layers[Layer::kLandlock] = Seen::kUnknown;
  layers[Layer::kLimits] = see_limits(folder);
  layers[Layer::kNonDumpable] = see_non_dumpable(folder, number_of(fields, "Uid"));
  layers[Layer::kSpeculation] = see_speculation(fields);
  layers[Layer::kControlGroup] = see_control_group(folder);
  return layers;
}

/// Whoever prints it must not be told what to do by it.
std::string read_command(const std::string& folder) {
  std::ifstream file(folder + "/cmdline");
  std::string command(kMostCommandBytes, '\0');
  file.read(command.data(), static_cast<std::streamsize>(command.size()));
  command.resize(static_cast<size_t>(file.gcount()));
  while (!command.empty() && command.back() == '\0') command.pop_back();
  for (char& byte : command) {
    if (byte == '\0') byte = ' ';
    if (std::iscntrl(static_cast<unsigned char>(byte)) != 0) byte = '?';
  }
  return command;
}

size_t count_sockets(const std::string& folder) {
  size_t count = 0;
  std::error_code error;
  for (fs::directory_iterator entry(folder + "/fd", error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    count += fs::read_symlink(entry->path(), ignored).string().starts_with("socket:") ? 1 : 0;
  }
  return count;
}

}  // namespace

Result<Observation> observe_process(pid_t id) {
  const std::string folder = "/proc/" + std::to_string(id);
  const Fields fields = read_status(folder);
  if (fields.empty()) return Error::from_errno(ESRCH, "process " + std::to_string(id));
  Observation seen;
  seen.id = id;
  seen.parent_id = static_cast<pid_t>(number_of(fields, "PPid"));
  seen.name = fields.contains("Name") ? fields.at("Name") : "";
  seen.command = read_command(folder);
  seen.memory_bytes = number_of(fields, "VmRSS") << 10;
  seen.shared_memory_bytes = (number_of(fields, "RssShmem") + number_of(fields, "RssFile")) << 10;
  seen.num_threads = static_cast<size_t>(number_of(fields, "Threads"));
  seen.num_sockets = count_sockets(folder);
  seen.layers = see_layers(folder, fields);
  return seen;
}

std::vector<Observation> observe_tree(pid_t root) {
  std::multimap<pid_t, Observation> by_parent;
  std::vector<Observation> tree;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    pid_t id = 0;
    const char* const last = name.data() + name.size();
    if (std::from_chars(name.data(), last, id).ptr != last) continue;
    auto seen = observe_process(id);
    if (!seen) continue;  // it has ended meanwhile
    if (id == root) {
      tree.push_back(*std::move(seen));
    } else {
      by_parent.emplace(seen->parent_id, *std::move(seen));
    }
  }
  for (size_t i = 0; i < tree.size(); ++i) {
    const auto [begin, last] = by_parent.equal_range(tree[i].id);
    std::vector<Observation> children;
    for (auto child = begin; child != last; ++child) children.push_back(child->second);
    tree.insert(tree.begin() + static_cast<std::ptrdiff_t>(i) + 1, children.begin(),
                children.end());
    by_parent.erase(begin, last);
  }
  return tree;
}

}  // namespace ferrule::sandbox
