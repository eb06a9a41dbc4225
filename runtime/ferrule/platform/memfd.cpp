// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/memfd.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/magic.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace ferrule::platform {
namespace {

// MFD_NOEXEC_SEAL, which the headers of Debian 12 do not know: never to be run as a program.
constexpr unsigned kNoExecSeal = 0x0008;

constexpr int kFixedSizeBits = F_SEAL_SHRINK | F_SEAL_GROW;
constexpr int kImmutableBits = kFixedSizeBits | F_SEAL_WRITE;

int bits_of(Seals seals) {
  switch (seals) {
    case Seals::kFixedSizeSoFar:
      return kFixedSizeBits;
    case Seals::kFixedSize:
      return kFixedSizeBits | F_SEAL_SEAL;
    case Seals::kReadOnly:
      return kFixedSizeBits | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
    case Seals::kImmutable:
      return kImmutableBits | F_SEAL_SEAL;
  }
  return kImmutableBits | F_SEAL_SEAL;
}

}  // namespace

Result<UniqueFd> create_memfd(const char* name, size_t num_bytes) {
  UniqueFd memfd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | kNoExecSeal));
  // Kernels before 6.3 do not know the last flag.
  if (!memfd && errno == EINVAL) {
    memfd.reset(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  }
  if (!memfd) return Error::from_errno("memfd_create");
  if (::ftruncate(memfd.get(), static_cast<off_t>(num_bytes)) != 0) {
    return Error::from_errno("ftruncate(memfd)");
  }
  return memfd;
}

Result<void> allocate_pages(const UniqueFd& memfd, size_t num_bytes) {
  while (::fallocate(memfd.get(), 0, 0, static_cast<off_t>(num_bytes)) != 0) {
    if (errno != EINTR) return Error::from_errno("fallocate(memfd)");
  }
  return {};
}

Result<void> write_memfd(const UniqueFd& memfd, size_t offset, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(memfd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0) {
      if (errno == EINTR) continue;
      return Error::from_errno("pwrite(memfd)");
    }
    if (count == 0) return Error::from_errno(EIO, "pwrite(memfd)");
    offset += static_cast<size_t>(count);
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return {};
}

Result<void> seal_memfd(const UniqueFd& memfd, Seals seals) {
  if (::fcntl(memfd.get(), F_ADD_SEALS, bits_of(seals)) != 0) {
    return Error::from_errno("fcntl(F_ADD_SEALS)");
  }
  return {};
}

Result<UniqueFd> adopt_inherited_memory(int number) {
  const std::string what = "inherited descriptor " + std::to_string(number);
  if (::fcntl(number, F_GET_SEALS) < 0) return Error::from_errno(what);
  if (::fcntl(number, F_SETFD, FD_CLOEXEC) != 0) return Error::from_errno(what);
  return UniqueFd(number);
}

Result<MemfdStatus> inspect_memfd(const UniqueFd& memfd) {
  const int seals = ::fcntl(memfd.get(), F_GET_SEALS);
  if (seals < 0) return Error::from_errno("fcntl(F_GET_SEALS)");
  struct statfs system {};
  if (::fstatfs(memfd.get(), &system) != 0) return Error::from_errno("fstatfs(memfd)");
  if (system.f_type != TMPFS_MAGIC) return Error::from_errno(EINVAL, "memory with huge pages");
  struct stat status {};
  if (::fstat(memfd.get(), &status) != 0) return Error::from_errno("fstat(memfd)");
  MemfdStatus result;
  result.num_bytes = static_cast<size_t>(status.st_size);
  result.num_allocated_bytes = static_cast<size_t>(status.st_blocks) * 512;
  result.is_fixed_size = (seals & kFixedSizeBits) == kFixedSizeBits;
  result.is_read_only = (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0;
  result.is_final = (seals & F_SEAL_SEAL) != 0;
  result.is_immutable = (seals & kImmutableBits) == kImmutableBits;
  return result;
}

}  // namespace ferrule::platform
