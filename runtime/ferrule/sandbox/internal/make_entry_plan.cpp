// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "ferrule/sandbox/internal/call_filter.h"
#include "ferrule/sandbox/internal/call_list.h"
#include "ferrule/sandbox/internal/entry_plan.h"
#include "ferrule/sandbox/internal/landlock.h"

namespace ferrule::sandbox {
namespace {

namespace fs = std::filesystem;

// What libraries are loaded from, and what else belongs to "system files". Nothing in here says
// anything about the users of the machine. What a system does not have is left out.
constexpr auto kLibraryPaths =
    std::to_array<const char*>({"/lib", "/lib32", "/lib64", "/libx32", "/usr/lib", "/usr/lib32",
                                "/usr/lib64", "/etc/ld.so.cache"});
constexpr auto kSystemPaths = std::to_array<const char*>(
    {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr", "/etc/ld.so.cache",
     "/etc/alternatives", "/etc/fonts", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/localtime",
     "/etc/mime.types"});
constexpr auto kDevices = std::to_array<const char*>(
    {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"});

// Any folder that exists everywhere; what it holds is hidden for a moment, and nothing else.
constexpr auto kMountPoints = std::to_array<const char*>({"/proc", "/tmp", "/dev", "/usr"});

constexpr std::array kStartLayers{
    Layer::kUserNamespace, Layer::kPidNamespace,    Layer::kNetNamespace,    Layer::kIpcNamespace,
    Layer::kUtsNamespace,  Layer::kCgroupNamespace, Layer::kNoNewPrivileges, Layer::kControlGroup};

bool contains(const auto& layers, Layer layer) {
  return std::find(layers.begin(), layers.end(), layer) != layers.end();
}

bool is_put_in_force_by(Step step, Layer layer) {
  switch (step) {
    case Step::kWhole:
      return true;
    case Step::kStart:
      return contains(kStartLayers, layer);
    case Step::kLock:
      return !contains(kStartLayers, layer) || layer == Layer::kNoNewPrivileges;
  }
  return true;
}

class PlanMaker {
 public:
  PlanMaker(const Policy& policy, Step step, const std::string& program)
      : policy_(policy), program_(program) {
    plan_.step = step;
    for (const Layer layer : all_layers()) {
      if (is_put_in_force_by(step, layer)) plan_.needs[layer] = policy.need(layer);
    }
  }

  Result<EntryPlan> make(uint64_t program_address) {
    if (plan_.step != Step::kStart) {
      if (auto added = add_paths(); !added) return std::move(added).error();
      add_limits();
      if (auto added = add_call_filter(program_address); !added) return std::move(added).error();
    }
    plan_.forbids_network = !policy_.allows_network();
    for (const char* folder : kMountPoints) {
      if (fs::is_directory(folder)) plan_.mount_point = folder;
      if (!plan_.mount_point.empty()) break;
    }
    return std::move(plan_);
  }

 private:
  Result<void> add_paths() {
    if (policy_.allows_system_files()) {
      for (const char* path : kSystemPaths) add_system_path(path);
      for (const char* device : kDevices) add_device(device);
    }
    if (plan_.step == Step::kWhole && !program_.empty()) {
      if (!policy_.allows_system_files()) {
        for (const char* path : kLibraryPaths) add_system_path(path);
      }
      if (auto added = add_path(program_, false, true); !added) return added;
    }
    std::vector<PathRule> rules = policy_.paths();
    // Parents first: what is mounted later lies on top.
    std::stable_sort(rules.begin(), rules.end(),
                     [](const PathRule& a, const PathRule& b) { return a.path < b.path; });
    for (const PathRule& rule : rules) {
      if (auto added = add_path(rule.path, rule.is_writable, false); !added) return added;
    }
    return {};
  }

  // A path of the system, where there is one. /lib is a link to usr/lib on many of them.
  void add_system_path(const std::string& path) {
    std::error_code ignored;
    if (fs::is_symlink(path, ignored) && path.rfind('/') == 0) {
      const std::string leads_to = fs::read_symlink(path, ignored).string();
      plan_.root_entries.push_back(
          {.kind = RootEntry::Kind::kLink, .target = path, .source = leads_to});
    } else if (fs::exists(path, ignored)) {
      static_cast<void>(add_path(path, false, true));
    }
  }

  void add_device(const std::string& path) {
    if (!fs::exists(path)) return;
    add_parents(path);
    plan_.root_entries.push_back({.kind = RootEntry::Kind::kFile,
                                  .target = path,
                                  .source = kOldRoot + path,
                                  .is_writable = true,
                                  .is_device = true});
    plan_.grants.push_back({path, landlock_file_rights(false, true)});
  }

  Result<void> add_path(const std::string& path, bool is_writable, bool is_executable) {
    std::error_code error;
    const std::string real = fs::canonical(path, error).string();
    if (error == std::errc::no_such_file_or_directory && !is_writable) return {};
    if (error)
      return Error(error_code(error.value(), boost::system::system_category()),
                   "sandbox: path " + path + ": " + error.message());
    const bool is_folder = fs::is_directory(real, error);
    add_parents(real);
    plan_.root_entries.push_back(
        {.kind = is_folder ? RootEntry::Kind::kFolder : RootEntry::Kind::kFile,
         .target = real,
         .source = kOldRoot + real,
         .is_writable = is_writable});
    const bool runs = is_executable || policy_.allows_processes();
    plan_.grants.push_back({real, is_folder ? landlock_folder_rights(runs, is_writable)
                                            : landlock_file_rights(runs, is_writable)});
    return {};
  }

  void add_parents(const std::string& path) {
    for (size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      std::string folder = path.substr(0, slash);
      if (known_folders_.insert(folder).second) plan_.folders.push_back(std::move(folder));
    }
  }

  void add_limits() {
    const auto add = [this](int resource, const std::optional<uint64_t>& value) {
      if (value) plan_.limits.push_back({resource, *value});
    };
    const Limits& limits = policy_.limits();
    add(RLIMIT_AS, limits.memory_bytes);
    add(RLIMIT_NPROC, limits.num_processes);
    add(RLIMIT_NOFILE, limits.num_descriptors);
    add(RLIMIT_FSIZE, limits.file_bytes);
    add(RLIMIT_CPU, limits.cpu_seconds);
    add(RLIMIT_CORE, 0);
  }

  Result<void> add_call_filter(uint64_t program_address) {
    if (policy_.need(Layer::kSeccomp) == Need::kOff) return {};
    CallContext context;
    context.is_before_program = plan_.step == Step::kWhole;
    context.program_address = program_address;
    // A process that is the first of a namespace knows itself by this number.
    const bool is_first = policy_.need(Layer::kPidNamespace) == Need::kRequire;
    context.process_id = plan_.step == Step::kLock ? ::getpid() : is_first ? 1 : 0;
    auto filter = make_call_filter(make_call_list(policy_, context), policy_.calls());
    if (!filter) return std::move(filter).error();
    plan_.call_filter = *std::move(filter);
    return {};
  }

  const Policy& policy_;
  const std::string& program_;
  EntryPlan plan_;
  std::set<std::string> known_folders_;
};

}  // namespace

Result<EntryPlan> make_entry_plan(const Policy& policy, Step step, const std::string& program,
                                  uint64_t program_address) {
  return PlanMaker(policy, step, program).make(program_address);
}

}  // namespace ferrule::sandbox
