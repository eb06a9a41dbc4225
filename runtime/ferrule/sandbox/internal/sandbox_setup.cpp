// SPDX-License-Identifier: Apache-2.0
// A process whose list of calls is in force before its program starts must be allowed to start that
// program, and no other. A filter cannot read paths; but it can compare the number that the path
// lies at. So the path is put at a random place of 2^43 in the memory of the new process, and only
// an execve that names that place is allowed. The program that is then started has new memory and
// does not know the place, and whoever guesses wrong is killed.
#include "ferrule/sandbox/internal/sandbox_setup.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <sched.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/sandbox/internal/kernel_file.h"
#include "ferrule/sandbox/internal/privileges.h"

namespace ferrule::sandbox {
namespace {

struct NamespaceFlag {
  Layer layer;
  uint64_t flag;
};
constexpr std::array<NamespaceFlag, 6> kNamespaces{{
    {Layer::kUserNamespace, CLONE_NEWUSER},
    {Layer::kPidNamespace, CLONE_NEWPID},
    {Layer::kNetNamespace, CLONE_NEWNET},
    {Layer::kIpcNamespace, CLONE_NEWIPC},
    {Layer::kUtsNamespace, CLONE_NEWUTS},
    {Layer::kCgroupNamespace, CLONE_NEWCGROUP},
}};

constexpr size_t kPageBytes = size_t{64} << 10;  // of any architecture

// Sanitizers divide the memory among themselves, and abort when something is mapped elsewhere.
#if !defined(__has_feature)
#define __has_feature(feature) 0  // NOLINT: Clang's
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int kAttempts = 0;
#else
constexpr int kAttempts = 16;
#endif

Result<void*> map_somewhere() {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    uint64_t random = 0;
    if (::getrandom(&random, sizeof(random), 0) != sizeof(random))
      return Error::from_errno("getrandom");
    // Below 2^47, where user memory ends; on a page, and not on the first ones.
    const uint64_t address = (random & ((uint64_t{1} << 46) - 1) & ~(kPageBytes - 1)) + (1U << 20);
    void* const page = ::mmap(reinterpret_cast<void*>(address), kPageBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (page != MAP_FAILED) return page;
    if (errno != EEXIST) break;
  }
  // The kernel's choice is hard to guess, too.
  void* const page =
      ::mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return Error::from_errno("mmap");
  return page;
}

Result<const char*> put_into(void* page, const std::string& program) {
  uint32_t random = 0;
  if (program.size() + 1 > kPageBytes / 2) {
    return Error(Errc::kInvalidArgument, "the path of the program is too long");
  }
  if (::getrandom(&random, sizeof(random), 0) != sizeof(random))
    return Error::from_errno("getrandom");
  char* const place = static_cast<char*>(page) + random % (kPageBytes - program.size() - 1);
  std::memcpy(place, program.c_str(), program.size() + 1);
  return place;
}

// The process is user 0 of its namespace: it needs rights over it until it is locked. Root also
// gives it the user that owns nothing, to become.
Result<void> write_id_maps(pid_t child) {
  const std::string folder = "/proc/" + std::to_string(child);
  const std::string user = "0 " + std::to_string(::geteuid()) + " 1\n";
  const std::string group = "0 " + std::to_string(::getegid()) + " 1\n";
  const std::string nobody = std::to_string(kNobody) + " " + std::to_string(kNobody) + " 1\n";
  if (::geteuid() != kNobody && write_kernel_file(folder + "/uid_map", user + nobody)) {
    return write_kernel_file(folder + "/gid_map", group + nobody);
  }
  // An ordinary user may map itself alone, and only if groups can then not be left.
  if (auto written = write_kernel_file(folder + "/uid_map", user); !written) return written;
  static_cast<void>(write_kernel_file(folder + "/setgroups", "deny"));
  return write_kernel_file(folder + "/gid_map", group);
}

}  // namespace

Result<std::unique_ptr<SandboxSetup>> SandboxSetup::make(const Policy& policy, Step step,
                                                         const std::string& program) {
  const Result<void*> page = map_somewhere();
  if (!page) return page.error();
  std::unique_ptr<SandboxSetup> setup(new SandboxSetup(policy, *page, program));
  const Result<const char*> place = put_into(*page, program);
  if (!place) return place.error();
  setup->program_place_ = *place;
  auto plan = make_entry_plan(policy, step, program, reinterpret_cast<uint64_t>(*place));
  if (!plan) return std::move(plan).error();
  setup->plan_ = *std::move(plan);
  setup->want_namespaces();
  return setup;
}

SandboxSetup::SandboxSetup(const Policy& policy, void* page, std::string program)
    : policy_(policy), program_(std::move(program)), page_(page) {}

SandboxSetup::~SandboxSetup() { ::munmap(page_, kPageBytes); }

void SandboxSetup::want_namespaces() {
  for (const auto& [layer, flag] : kNamespaces) {
    if (policy_.need(layer) == Need::kOff) continue;
    flags_ |= flag;
    results_[layer].state = LayerState::kInForce;
  }
}

// The kernel does not say which of the namespaces it will not make. Root can do without one of
// users; an ordinary user can have none of the others without it.
bool SandboxSetup::on_clone_refused(int error_number) {
  if ((flags_ & CLONE_NEWUSER) != 0 && flags_ != CLONE_NEWUSER && ::geteuid() == 0) {
    return drop_namespaces(true, error_number);
  }
  return flags_ != 0 && drop_namespaces(false, error_number);
}

bool SandboxSetup::drop_namespaces(bool keeps_others, int error_number) {
  for (const auto& [layer, flag] : kNamespaces) {
    if ((flags_ & flag) == 0 || (keeps_others && layer != Layer::kUserNamespace)) continue;
    flags_ &= ~flag;
    results_[layer].state = LayerState::kMissing;
    results_[layer].error_number = error_number;
    std::strncpy(results_[layer].call, "clone3", sizeof(results_[layer].call) - 1);
    if (policy_.need(layer) == Need::kRequire) return false;
  }
  return true;
}

const char* SandboxSetup::place_program(const std::string& program) {
  FERRULE_CHECK(program == program_);
  return program_place_;
}

Result<void> SandboxSetup::prepare(pid_t child) {
  if ((flags_ & CLONE_NEWUSER) != 0) {
    if (auto written = write_id_maps(child); !written) return written;
  }
  return enter_control_group(child);
}

// From here, as the process itself will see nothing of the hierarchy. A policy without a limit has
// no use for a group.
Result<void> SandboxSetup::enter_control_group(pid_t child) {
  const Need need = policy_.need(Layer::kControlGroup);
  if (need == Need::kOff || !ControlGroup::is_of_use(policy_.limits())) return {};
  const auto own = own_control_group();
  auto made = own ? ControlGroup::make(*own, policy_.limits(), child) : own.error();
  if (made) {
    control_group_ = *std::move(made);
    group_report_.state = LayerState::kInForce;
    return {};
  }
  group_report_ = {LayerState::kMissing, made.error().message()};
  Report report;
  report[Layer::kControlGroup] = group_report_;
  return check_required(policy_, report);
}

bool SandboxSetup::apply() noexcept { return enter(plan_, results_); }

std::span<std::byte> SandboxSetup::results() noexcept {
  return std::as_writable_bytes(std::span(&results_, 1));
}

Result<void> SandboxSetup::on_applied() {
  report_ = to_report(results_);
  report_[Layer::kControlGroup] = group_report_;
  for (const Layer layer : all_layers()) {
    const bool is_open = report_[layer].state == LayerState::kOff;
    if (!is_open || policy_.need(layer) == Need::kOff || layer == Layer::kControlGroup) continue;
    report_[layer].state = LayerState::kLater;
  }
  return check_required(policy_, report_);
}

}  // namespace ferrule::sandbox
