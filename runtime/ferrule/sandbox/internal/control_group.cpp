// SPDX-License-Identifier: Apache-2.0
// The kernel limits a tree of processes only through files of its own, in a folder that somebody
// must have handed to this user: systemd does with Delegate=yes, container engines do with an
// option. Two rules of version 2 lead to where our groups go. A controller works in a group if the
// group above names it in cgroup.subtree_control; and a group that has processes itself may name
// none. So a group is made below our own only if that holds no process any more; in general it is
// made beside.
#include "ferrule/sandbox/internal/control_group.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "ferrule/sandbox/internal/kernel_file.h"

namespace ferrule::sandbox {
namespace {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> controllers_for(const Limits& limits) {
  std::vector<std::string> names;
  if (limits.memory_bytes) names.emplace_back("memory");
  if (limits.num_processes) names.emplace_back("pids");
  return names;
}

bool has_word(const std::string& text, const std::string& wanted) {
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == wanted) return true;
  }
  return false;
}

/// Groups in `folder` are to have these controllers.
Result<void> enable(const std::string& folder, const std::vector<std::string>& controllers) {
  const std::string path = folder + "/cgroup.subtree_control";
  const std::string enabled = read_file(path);
  for (const std::string& name : controllers) {
    if (has_word(enabled, name)) continue;
    if (!has_word(read_file(folder + "/cgroup.controllers"), name)) {
      return Error(Errc::kNotFound, "no controller " + name + " in " + folder);
    }
    if (auto written = write_kernel_file(path, "+" + name); !written) return written;
  }
  return {};
}

/// Where the group can be made.
Result<std::string> find_parent(const std::string& own_folder,
                                const std::vector<std::string>& controllers) {
  auto own = enable(own_folder, controllers);
  if (own) return own_folder;
  const std::string above = fs::path(own_folder).parent_path().string();
  if (enable(above, controllers)) return above;
  return std::move(own).error();
}

}  // namespace

Result<std::string> find_control_group(std::string_view cgroup, std::string_view mountinfo) {
  std::istringstream groups{std::string(cgroup)};
  std::optional<std::string> path;
  for (std::string line; std::getline(groups, line);) {
    if (line.starts_with("0::/")) path = line.substr(3);
  }
  // "ID ID MAJOR:MINOR ROOT MOUNT-POINT OPTIONS [FIELDS] - TYPE SOURCE OPTIONS"
  std::istringstream mounts{std::string(mountinfo)};
  for (std::string line; path && std::getline(mounts, line);) {
    if (line.find(" - cgroup2 ") == std::string::npos) continue;
    std::istringstream words(line);
    std::string skipped;
    std::string root;
    std::string mount_point;
    words >> skipped >> skipped >> skipped >> root >> mount_point;
    if (root != "/" && path->starts_with(root)) path = path->substr(root.size());
    return *path == "/" ? mount_point : mount_point + *path;
  }
  return Error(Errc::kNotFound, "no control groups of version 2");
}

Result<std::string> own_control_group() {
  return find_control_group(read_file("/proc/self/cgroup"), read_file("/proc/self/mountinfo"));
}

Result<ControlGroup> ControlGroup::make(const std::string& own_folder, const Limits& limits,
                                        pid_t process) {
  const auto parent = find_parent(own_folder, controllers_for(limits));
  if (!parent) return parent.error();
  const std::string folder = *parent + "/ferrule-" + std::to_string(process);
  // One of this name was left behind by a program that was killed: no other process has this id.
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    return Error::from_errno("mkdir(" + folder + ")");
  }
  ControlGroup group(folder);
  if (auto set = group.set(limits); !set) return std::move(set).error();
  auto moved = write_kernel_file(folder + "/cgroup.procs", std::to_string(process));
  if (!moved) return std::move(moved).error();
  return group;
}

Result<void> ControlGroup::set(const Limits& limits) const {
  if (limits.memory_bytes) {
    const std::string most = std::to_string(*limits.memory_bytes);
    if (auto written = write_kernel_file(folder_ + "/memory.max", most); !written) return written;
    // Where there is swap its limit is another file; without, memory.max would only move it there.
    static_cast<void>(write_kernel_file(folder_ + "/memory.swap.max", "0"));
  }
  if (!limits.num_processes) return {};
  return write_kernel_file(folder_ + "/pids.max", std::to_string(*limits.num_processes));
}

ControlGroup::ControlGroup(ControlGroup&& other) noexcept
    : folder_(std::exchange(other.folder_, {})) {}

ControlGroup& ControlGroup::operator=(ControlGroup&& other) noexcept {
  if (this == &other) return *this;
  remove();
  folder_ = std::exchange(other.folder_, {});
  return *this;
}

ControlGroup::~ControlGroup() { remove(); }

void ControlGroup::remove() noexcept {
  if (folder_.empty()) return;
  // The kernel knows this from 5.14 on. Before, and for those that take their time to die, the
  // folder stays until a process with the same id is given it.
  static_cast<void>(write_kernel_file(folder_ + "/cgroup.kill", "1"));
  ::rmdir(folder_.c_str());
}

}  // namespace ferrule::sandbox
