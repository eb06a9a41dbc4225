// SPDX-License-Identifier: Apache-2.0
// Rights are seals, which nobody takes off again:
//
//   read-only   size, future writes, no more seals
//   writable    size; more may come
//   unsafe      size, no more seals, so that nobody takes the others' right to map it for writing
#include "ferrule/types/shared_memory.h"

#include <fcntl.h>
#include <string>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"

namespace ferrule {
namespace {

UniqueFd duplicate_of(const SharedBufferHandle& memory) {
  return UniqueFd(::fcntl(memory.get(), F_DUPFD_CLOEXEC, 0));
}

platform::Seals seals_of(SharedMemoryKind kind) {
  switch (kind) {
    case SharedMemoryKind::kReadOnly:
      return platform::Seals::kReadOnly;
    case SharedMemoryKind::kWritable:
      return platform::Seals::kFixedSizeSoFar;
    case SharedMemoryKind::kUnsafe:
      return platform::Seals::kFixedSize;
  }
  return platform::Seals::kReadOnly;
}

bool is_of_kind(const platform::MemfdStatus& status, SharedMemoryKind kind) {
  if (!status.is_fixed_size) return false;
  switch (kind) {
    case SharedMemoryKind::kReadOnly:
      return status.is_read_only;
    case SharedMemoryKind::kWritable:
      return !status.is_read_only && !status.is_final;
    case SharedMemoryKind::kUnsafe:
      return !status.is_read_only && status.is_final;
  }
  return false;
}

}  // namespace

template <SharedMemoryKind kKind>
Result<typename SharedMemoryRegion<kKind>::Made> SharedMemoryRegion<kKind>::create(
    size_t num_bytes) {
  if (num_bytes == 0 || num_bytes > kMaxSharedMemoryBytes) {
    return Error(Errc::kInvalidArgument,
                 "a region has 1 to " + std::to_string(kMaxSharedMemoryBytes) + " bytes");
  }
  auto memory = platform::create_memfd("ferrule-shared-memory", num_bytes);
  if (!memory) return std::move(memory).error();
  auto mapping = platform::map_memfd(*memory, num_bytes, {});
  if (!mapping) return std::move(mapping).error();
  if (auto sealed = platform::seal_memfd(*memory, seals_of(kKind)); !sealed) {
    return std::move(sealed).error();
  }
  return Made{SharedMemoryRegion(SharedBufferHandle(*std::move(memory)), num_bytes),
              WritableSharedMemoryMapping(*std::move(mapping), num_bytes)};
}

template <SharedMemoryKind kKind>
Result<SharedMemoryRegion<kKind>> SharedMemoryRegion<kKind>::adopt(SharedBufferHandle memory,
                                                                   size_t num_bytes) {
  UniqueFd memfd = memory.take_descriptor();
  const auto status = platform::inspect_memfd(memfd);
  if (!status || !is_of_kind(*status, kKind)) {
    return Error(Errc::kBadMessage, "SHARED_MEMORY_RIGHTS: the memory is not of this kind");
  }
  if (num_bytes == 0 || num_bytes > kMaxSharedMemoryBytes || num_bytes > status->num_bytes) {
    return Error(Errc::kBadMessage, "SHARED_MEMORY_SIZE: the memory is not of this size");
  }
  return SharedMemoryRegion(SharedBufferHandle(std::move(memfd)), num_bytes);
}

template <SharedMemoryKind kKind>
Result<typename SharedMemoryRegion<kKind>::Mapping> SharedMemoryRegion<kKind>::map() const {
  const UniqueFd memfd = duplicate_of(memory_);
  if (!memfd) return Error::from_errno("fcntl(F_DUPFD_CLOEXEC)");
  platform::MappingOptions options;
  if (kIsReadOnly) {
    const auto status = platform::inspect_memfd(memfd);
    if (!status) return status.error();
    options.kind = status->is_immutable ? platform::MappingKind::kImmutable
                                        : platform::MappingKind::kSharedReadOnly;
  }
  auto mapping = platform::map_memfd(memfd, num_bytes_, options);
  if (!mapping) return std::move(mapping).error();
  return Mapping(*std::move(mapping), num_bytes_);
}

template <SharedMemoryKind kKind>
Result<SharedMemoryRegion<kKind>> SharedMemoryRegion<kKind>::duplicate() const
    requires(kKind != SharedMemoryKind::kWritable) {
  UniqueFd memfd = duplicate_of(memory_);
  if (!memfd) return Error::from_errno("fcntl(F_DUPFD_CLOEXEC)");
  return SharedMemoryRegion(SharedBufferHandle(std::move(memfd)), num_bytes_);
}

template class SharedMemoryRegion<SharedMemoryKind::kReadOnly>;
template class SharedMemoryRegion<SharedMemoryKind::kWritable>;
template class SharedMemoryRegion<SharedMemoryKind::kUnsafe>;

namespace {

template <class Region>
Result<Region> seal_as(WritableSharedMemoryRegion region, SharedMemoryKind kind) {
  const size_t num_bytes = region.size();
  UniqueFd memfd = region.take_memory().take_descriptor();
  if (auto sealed = platform::seal_memfd(memfd, seals_of(kind)); !sealed) {
    return std::move(sealed).error();
  }
  return Region::adopt(SharedBufferHandle(std::move(memfd)), num_bytes);
}

}  // namespace

Result<ReadOnlySharedMemoryRegion> to_read_only(WritableSharedMemoryRegion region) {
  return seal_as<ReadOnlySharedMemoryRegion>(std::move(region), SharedMemoryKind::kReadOnly);
}

Result<UnsafeSharedMemoryRegion> to_unsafe(WritableSharedMemoryRegion region) {
  return seal_as<UnsafeSharedMemoryRegion>(std::move(region), SharedMemoryKind::kUnsafe);
}

}  // namespace ferrule
