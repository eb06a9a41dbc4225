// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/internal/call_filter.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <seccomp.h>
#include <unistd.h>

#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/memfd.h"

namespace ferrule::sandbox {
namespace {

struct ReleaseFilter {
  void operator()(void* context) const { ::seccomp_release(context); }
};
using FilterContext = std::unique_ptr<void, ReleaseFilter>;

Error seccomp_error(int result, const std::string& what) {
  return Error::from_errno(-result, "libseccomp: " + what);
}

scmp_arg_cmp to_comparison(const ArgumentRule& rule) {
  constexpr uint64_t kAllBits = ~uint64_t{0};
  if (rule.mask == kAllBits) return {rule.index, SCMP_CMP_EQ, rule.value, 0};
  return {rule.index, SCMP_CMP_MASKED_EQ, rule.mask, rule.value};
}

Result<void> add_rule(const FilterContext& context, const CallRule& rule) {
  const int number = ::seccomp_syscall_resolve_name(rule.name.c_str());
  // A call that this architecture never had, or that is newer than the library.
  if (number == __NR_SCMP_ERROR) return {};
  std::vector<scmp_arg_cmp> comparisons;
  for (const ArgumentRule& argument : rule.arguments)
    comparisons.push_back(to_comparison(argument));
  const uint32_t action =
      rule.answer == 0 ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(static_cast<uint16_t>(rule.answer));
  const int added = ::seccomp_rule_add_array(
      context.get(), action, number, static_cast<unsigned>(comparisons.size()), comparisons.data());
  // The same rule twice, as two groups may hold it, is none the less there.
  if (added != 0 && added != -EEXIST) return seccomp_error(added, rule.name);
  return {};
}

Result<std::vector<sock_filter>> export_filter(const FilterContext& context) {
  const Result<UniqueFd> file = platform::create_memfd("call-filter", 0);
  if (!file) return file.error();
  if (const int result = ::seccomp_export_bpf(context.get(), file->get()); result != 0) {
    return seccomp_error(result, "export");
  }
  const off_t num_bytes = ::lseek(file->get(), 0, SEEK_END);
  std::vector<sock_filter> filter(static_cast<size_t>(num_bytes) / sizeof(sock_filter));
  if (::pread(file->get(), filter.data(), static_cast<size_t>(num_bytes), 0) != num_bytes) {
    return Error::from_errno("read of the call filter");
  }
  return filter;
}

}  // namespace

Result<std::vector<sock_filter>> make_call_filter(const std::vector<CallRule>& rules,
                                                  const std::vector<std::string>& must_exist) {
  for (const std::string& name : must_exist) {
    if (::seccomp_syscall_resolve_name(name.c_str()) == __NR_SCMP_ERROR) {
      return Error(Errc::kInvalidArgument, "there is no system call \"" + name + "\"");
    }
  }
  const FilterContext context(::seccomp_init(SCMP_ACT_TRAP));
  if (!context) return Error::from_errno(ENOMEM, "libseccomp: init");
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  // As a tree: some fifty instructions instead of some hundreds before a call is known.
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const CallRule& rule : rules) {
    if (auto added = add_rule(context, rule); !added) return std::move(added).error();
  }
  return export_filter(context);
}

std::string call_name(int number) {
  char* const name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
  if (name == nullptr) return "call " + std::to_string(number);
  std::string text(name);
  std::free(name);
  return text;
}

}  // namespace ferrule::sandbox
