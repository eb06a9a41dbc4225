// SPDX-License-Identifier: Apache-2.0
// Landlock grew: each version of its interface knows more rights. A kernel refuses a right that it
// does not know, so what we ask for is cut to what it says it has. Its numbers are written here, as
// the headers that a program is built with are often older than the kernel it runs on.
#include "ferrule/sandbox/internal/landlock.h"

#include <array>
#include <cerrno>
#include <fcntl.h>

#include "ferrule/platform/child_steps.h"

namespace ferrule::sandbox {
namespace {

using platform::call;

constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kCreateRulesetVersion = 1;
constexpr int kRulePathBeneath = 1;

constexpr uint64_t bit(unsigned number) { return uint64_t{1} << number; }
constexpr uint64_t kExecute = bit(0);
constexpr uint64_t kWriteFile = bit(1);
constexpr uint64_t kReadFile = bit(2);
constexpr uint64_t kReadFolder = bit(3);
constexpr uint64_t kTruncate = bit(14);
constexpr uint64_t kDeviceControl = bit(15);

// How many rights on files the versions 1, 2, ... know. They were numbered as they came.
constexpr std::array<unsigned, 5> kNumFileRights{13, 14, 15, 15, 16};
constexpr long kVersionWithTcp = 4;
constexpr long kVersionWithScopes = 6;

struct RulesetAttributes {
  uint64_t files = 0;
  uint64_t tcp = 0;
  uint64_t scopes = 0;
};

struct [[gnu::packed]] PathBeneath {
  uint64_t rights = 0;
  int32_t folder = -1;
};

constexpr uint64_t all_file_rights(long version) {
  const auto known = static_cast<long>(kNumFileRights.size());
  return bit(kNumFileRights[static_cast<size_t>((version < known ? version : known) - 1)]) - 1;
}

size_t attributes_bytes(long version) {
  if (version >= kVersionWithScopes) return sizeof(RulesetAttributes);
  return version >= kVersionWithTcp ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

bool add_grant(int ruleset, const PathGrant& grant, uint64_t known, const char*& failed_call) {
  PathBeneath rule;
  rule.rights = grant.rights & known;
  rule.folder =
      static_cast<int32_t>(call(SYS_openat, AT_FDCWD, grant.path.c_str(), O_PATH | O_CLOEXEC, 0));
  // Not in the new root: there is nothing to grant.
  if (rule.folder < 0) return errno == ENOENT || errno == EACCES;
  const bool is_added = call(kAddRule, ruleset, kRulePathBeneath, &rule, 0U) == 0;
  const int error_number = errno;
  call(SYS_close, rule.folder);
  errno = error_number;
  failed_call = "landlock_add_rule";
  return is_added;
}

}  // namespace

uint64_t landlock_file_rights(bool is_executable, bool is_writable) noexcept {
  return kReadFile | (is_executable ? kExecute : 0) |
         (is_writable ? kWriteFile | kTruncate | kDeviceControl : 0);
}

uint64_t landlock_folder_rights(bool is_executable, bool is_writable) noexcept {
  const uint64_t all = all_file_rights(static_cast<long>(kNumFileRights.size()));
  const uint64_t rights = is_writable ? all : kExecute | kReadFile | kReadFolder;
  return is_executable ? rights : rights & ~kExecute;
}

bool enter_landlock(const EntryPlan& plan, const char*& failed_call) noexcept {
  failed_call = "landlock_create_ruleset";
  const long version = call(kCreateRuleset, nullptr, size_t{0}, kCreateRulesetVersion);
  if (version < 1) return false;

  RulesetAttributes attributes;
  attributes.files = all_file_rights(version);
  if (version >= kVersionWithTcp && plan.forbids_network) attributes.tcp = bit(0) | bit(1);
  if (version >= kVersionWithScopes) attributes.scopes = bit(0) | bit(1);
  const auto ruleset =
      static_cast<int>(call(kCreateRuleset, &attributes, attributes_bytes(version), 0U));
  if (ruleset < 0) return false;

  bool is_done = true;
  for (const PathGrant& grant : plan.grants) {
    is_done = is_done && add_grant(ruleset, grant, attributes.files, failed_call);
  }
  if (is_done) {
    failed_call = "landlock_restrict_self";
    is_done = call(kRestrictSelf, ruleset, 0U) == 0;
  }
  const int error_number = errno;
  call(SYS_close, ruleset);
  errno = error_number;
  return is_done;
}

}  // namespace ferrule::sandbox
