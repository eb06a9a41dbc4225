// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <linux/filter.h>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/sandbox/layer.h"
#include "ferrule/sandbox/policy.h"
#include "ferrule/sandbox/report.h"

namespace ferrule::sandbox {

/// Something that is put into a new root.
struct RootEntry {
  enum class Kind { kFolder, kFile, kLink };
  Kind kind = Kind::kFolder;
  std::string target{};  ///< where it is to be, from the new root
  std::string source{};  ///< where it is, below `kOldRoot`; of a link: what it says
  bool is_writable = false;
  bool is_device = false;
};

/// Where the root that was is hung while the new one is filled.
inline constexpr const char* kOldRoot = "/.old";

/// A path and what may be done below it, in Landlock's numbers for the newest kernel.
struct PathGrant {
  std::string path{};
  uint64_t rights = 0;
};

struct ResourceLimit {
  int resource = 0;
  uint64_t value = 0;
};

/// When a process enters.
enum class Step {
  kWhole,  ///< all at once, before the program is started, which then cannot weaken anything
  kStart,  ///< the first of two: what is done before the program is started
  kLock,   ///< the second: what the program does to itself when it has warmed up
};

/// A policy as a row of system calls with their arguments ready, for a process that can allocate
/// nothing any more. Namespaces other than that of mounts are the business of who makes the
/// process.
struct EntryPlan {
  Step step = Step::kWhole;
  PerLayer<Need> needs;  ///< of those layers that this step puts in force

  std::string mount_point;           ///< a folder to mount the new root on first
  std::vector<std::string> folders;  ///< to be made in it, parents first
  std::vector<RootEntry> root_entries;
  std::vector<PathGrant> grants;
  bool forbids_network = false;
  std::vector<ResourceLimit> limits;
  std::vector<sock_filter> call_filter;
};

/// How one layer went, in plain memory: it crosses from one process to another.
struct LayerResult {
  LayerState state = LayerState::kOff;
  int error_number = 0;
  char call[24]{};
};
using LayerResults = PerLayer<LayerResult>;

/// Looks up what the policy needs to be known. `program` is what will be started, for `kWhole`; its
/// path must stay where `program_address` says. Errors: a path of the policy that does not exist, a
/// call of that kind.
Result<EntryPlan> make_entry_plan(const Policy& policy, Step step, const std::string& program,
                                  uint64_t program_address);

/// Does it. System calls only, through ::syscall. False: a required layer is missing, and `results`
/// says why; the process must end.
bool enter(const EntryPlan& plan, LayerResults& results) noexcept;

Report to_report(const LayerResults& results);
/// The first layer that is required by `policy` and missing.
Result<void> check_required(const Policy& policy, const Report& report);

}  // namespace ferrule::sandbox
