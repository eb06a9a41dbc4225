// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/mapping.h"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

namespace ferrule::platform {
namespace {

class MappedMemory final : public Memory {
 public:
  MappedMemory(void* bytes, size_t num_bytes, MemoryKind kind)
      : Memory(static_cast<uint8_t*>(bytes), num_bytes, kind) {}

 private:
  ~MappedMemory() override = default;

  void destroy() noexcept override {
    ::munmap(data(), size());
    delete this;
  }
};

Result<MemoryRef> map(int fd, size_t num_bytes, int protection, int flags, MemoryKind kind) {
  void* bytes = ::mmap(nullptr, num_bytes, protection, flags, fd, 0);
  if (bytes == MAP_FAILED) return Error::from_errno("mmap");
  return MemoryRef::adopt(new MappedMemory(bytes, num_bytes, kind));
}

}  // namespace

Result<MemoryRef> map_memfd(const UniqueFd& memfd, size_t num_bytes,
                            const MappingOptions& options) {
  const int populate = options.is_populated ? MAP_POPULATE : 0;
  switch (options.kind) {
    case MappingKind::kSharedReadWrite:
      return map(memfd.get(), num_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | populate,
                 MemoryKind::kShared);
    case MappingKind::kSharedReadOnly:
      return map(memfd.get(), num_bytes, PROT_READ, MAP_SHARED | populate, MemoryKind::kShared);
    case MappingKind::kImmutable:
      // Kernels before 6.7 refuse to share write-sealed memory even for reading. A private mapping
      // that nobody can write to uses the same pages and copies none.
      return map(memfd.get(), num_bytes, PROT_READ, MAP_PRIVATE | populate, MemoryKind::kImmutable);
    case MappingKind::kPrivate:
      // Populating would copy every page.
      return map(memfd.get(), num_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, MemoryKind::kPrivate);
  }
  return Error::from_errno(EINVAL, "kind of mapping");
}

Result<MemoryRef> map_ring(const UniqueFd& memfd, size_t header_bytes, size_t num_bytes) {
  const size_t ring_bytes = num_bytes - header_bytes;
  // Room for all of it first, so that the second copy cannot land on somebody else's memory.
  Result<MemoryRef> memory =
      map(-1, num_bytes + ring_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, MemoryKind::kShared);
  if (!memory) return memory;
  uint8_t* const begin = memory->get()->data();
  const auto place = [&](size_t at, size_t size, size_t offset) {
    return ::mmap(begin + at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memfd.get(),
                  static_cast<off_t>(offset)) != MAP_FAILED;
  };
  if (!place(0, num_bytes, 0) || !place(num_bytes, ring_bytes, header_bytes)) {
    return Error::from_errno("mmap");
  }
  return memory;
}

Result<MemoryRef> map_anonymous(size_t num_bytes) {
  Result<MemoryRef> memory =
      map(-1, num_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, MemoryKind::kPrivate);
  // Advice: a kernel without huge pages refuses, and nothing is lost.
  if (memory) ::madvise(memory->get()->data(), num_bytes, MADV_HUGEPAGE);
  return memory;
}

size_t page_bytes() noexcept { return static_cast<size_t>(::sysconf(_SC_PAGESIZE)); }

}  // namespace ferrule::platform
