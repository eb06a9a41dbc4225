// SPDX-License-Identifier: Apache-2.0
// The new root is an empty memory file system, mounted somewhere in the old one. pivot_root makes
// it the root and hangs the old root into it; what is wanted is then bound from there, and the old
// root is let go. Unlike chroot this leaves nothing to climb back to: after it, the old mounts are
// not in this namespace at all. Rule to remember: folders that are open lead out. Who calls this
// has none.
#include "ferrule/sandbox/internal/new_root.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "ferrule/platform/child_steps.h"

namespace ferrule::sandbox {
namespace {

using platform::call;

// Room for the folders that things are hung into; nothing is ever written there.
constexpr const char* kRootOptions = "mode=755,size=1m,nr_inodes=4k";

// mount_setattr(2), of Linux 5.12, with AT_RECURSIVE: a bound tree may hold mounts of its own, and
// an old-style remount would make only the top one read-only.
constexpr long kMountSetattr = 442;
constexpr unsigned kRecursive = 0x8000;
constexpr uint64_t kReadOnly = 0x1;
constexpr uint64_t kNoSuid = 0x2;
constexpr uint64_t kNoDevices = 0x4;
struct MountAttributes {
  uint64_t set = 0;
  uint64_t clear = 0;
  uint64_t propagation = 0;
  uint64_t user_namespace = 0;
};

bool mount(const char* source, const char* target, const char* type, unsigned long flags,
           const char* options) {
  return call(SYS_mount, source, target, type, flags, options) == 0;
}

bool make_folder(const char* path) {
  return call(SYS_mkdirat, AT_FDCWD, path, 0755) == 0 || errno == EEXIST || errno == EROFS;
}

bool make_file(const char* path) {
  const long file = call(SYS_openat, AT_FDCWD, path, O_CREAT | O_RDONLY | O_CLOEXEC, 0644);
  if (file < 0) return errno == EROFS || errno == EACCES;  // it lies in something bound before
  call(SYS_close, file);
  return true;
}

bool bind(const RootEntry& entry) {
  const char* const target = entry.target.c_str();
  if (!mount(entry.source.c_str(), target, nullptr, MS_BIND | MS_REC, nullptr)) return false;
  MountAttributes attributes;
  attributes.set =
      kNoSuid | (entry.is_device ? 0 : kNoDevices) | (entry.is_writable ? 0 : kReadOnly);
  return call(kMountSetattr, AT_FDCWD, target, kRecursive, &attributes, sizeof(attributes)) == 0;
}

bool add(const RootEntry& entry, const char*& failed_call) {
  const char* const target = entry.target.c_str();
  if (entry.kind == RootEntry::Kind::kLink) {
    failed_call = "symlink";
    return call(SYS_symlinkat, entry.source.c_str(), AT_FDCWD, target) == 0 || errno == EEXIST;
  }
  failed_call = "mkdir";
  if (!(entry.kind == RootEntry::Kind::kFolder ? make_folder(target) : make_file(target))) {
    return false;
  }
  failed_call = "mount (bind)";
  return bind(entry);
}

bool mount_new_root(const EntryPlan& plan, const char*& failed_call) {
  failed_call = "unshare";
  if (call(SYS_unshare, CLONE_NEWNS) != 0) return false;
  // So that nothing we do is seen outside, and nothing done outside is seen here.
  failed_call = "mount (private)";
  if (!mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr)) return false;
  failed_call = "mount (tmpfs)";
  return mount("tmpfs", plan.mount_point.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, kRootOptions);
}

bool swap_roots(const EntryPlan& plan, const char*& failed_call) {
  failed_call = "chdir";
  if (call(SYS_chdir, plan.mount_point.c_str()) != 0) return false;
  failed_call = "mkdir";
  if (!make_folder(kOldRoot + 1)) return false;
  failed_call = "pivot_root";
  if (call(SYS_pivot_root, ".", kOldRoot + 1) != 0) return false;
  failed_call = "chdir";
  return call(SYS_chdir, "/") == 0;
}

bool fill(const EntryPlan& plan, const char*& failed_call) {
  failed_call = "mkdir";
  for (const std::string& folder : plan.folders) {
    if (!make_folder(folder.c_str())) return false;
  }
  for (const RootEntry& entry : plan.root_entries) {
    if (!add(entry, failed_call)) return false;
  }
  return true;
}

bool close_old_root(const char*& failed_call) {
  failed_call = "umount";
  if (call(SYS_umount2, kOldRoot, MNT_DETACH) != 0) return false;
  call(SYS_unlinkat, AT_FDCWD, kOldRoot, AT_REMOVEDIR);
  failed_call = "mount (read-only)";
  constexpr unsigned long kFlags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV;
  return mount(nullptr, "/", nullptr, kFlags, nullptr);
}

}  // namespace

NewRoot enter_new_root(const EntryPlan& plan, const char*& failed_call) noexcept {
  if (!mount_new_root(plan, failed_call)) return NewRoot::kRefused;
  const bool is_done =
      swap_roots(plan, failed_call) && fill(plan, failed_call) && close_old_root(failed_call);
  return is_done ? NewRoot::kDone : NewRoot::kBroken;
}

}  // namespace ferrule::sandbox
