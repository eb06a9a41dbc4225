// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "ferrule/base/memory.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/descriptor_handle.h"

namespace ferrule {

/// A region of a peer takes address space of ours, and pages as we touch it.
inline constexpr size_t kMaxSharedMemoryBytes = size_t{4} << 30;

/// Memory of a region in this process; unmapped when the last copy goes. Others may write to it at
/// any time: copy out what you check before you rely on it.
template <class Byte>
class SharedMemoryMapping {
 public:
  SharedMemoryMapping() = default;
  SharedMemoryMapping(MemoryRef memory, size_t num_bytes) noexcept
      : memory_(std::move(memory)), num_bytes_(num_bytes) {}

  bool is_valid() const noexcept { return static_cast<bool>(memory_); }
  std::span<Byte> bytes() const noexcept {
    return memory_ ? std::span<Byte>(memory_->data(), num_bytes_) : std::span<Byte>();
  }

 private:
  MemoryRef memory_;
  size_t num_bytes_ = 0;
};

using WritableSharedMemoryMapping = SharedMemoryMapping<uint8_t>;
using ReadOnlySharedMemoryMapping = SharedMemoryMapping<const uint8_t>;

enum class SharedMemoryKind {
  kReadOnly,  ///< who has it reads; who made it may still write
  kWritable,  ///< one owner at a time, who writes
  kUnsafe,    ///< all who have it write
};

/// A piece of memory of a fixed size that can be sent to other processes and mapped there. What may
/// be done with it is in the type and kept by the kernel: the seals on the memory are made with it,
/// and looked at again when it comes from a peer. Move-only.
///
///   auto made = ReadOnlySharedMemoryRegion::create(size).value();
///   fill(made.mapping.bytes());
///   remote->Show(std::move(made.region));
template <SharedMemoryKind kKind>
class SharedMemoryRegion {
 public:
  static constexpr bool kIsReadOnly = kKind == SharedMemoryKind::kReadOnly;
  using Mapping =
      std::conditional_t<kIsReadOnly, ReadOnlySharedMemoryMapping, WritableSharedMemoryMapping>;

  SharedMemoryRegion() = default;

  /// With a mapping to fill it through: of a read-only region it is the only one that writes.
  struct Made;
  /// New memory of zeros.
  static Result<Made> create(size_t num_bytes);
  /// A region of somebody else. Fails with SHARED_MEMORY_RIGHTS unless the memory is of this kind,
  /// and with SHARED_MEMORY_SIZE unless it holds `num_bytes`.
  static Result<SharedMemoryRegion> adopt(SharedBufferHandle memory, size_t num_bytes);

  bool is_valid() const noexcept { return memory_.is_valid(); }
  size_t size() const noexcept { return num_bytes_; }
  Result<Mapping> map() const;
  /// The same memory once more, for another process. Not of writable regions, which have one owner.
  Result<SharedMemoryRegion> duplicate() const requires(kKind != SharedMemoryKind::kWritable);
  SharedBufferHandle take_memory() noexcept { return std::move(memory_); }

 private:
  friend class SharedMemoryRegion<SharedMemoryKind::kWritable>;
  SharedMemoryRegion(SharedBufferHandle memory, size_t num_bytes) noexcept
      : memory_(std::move(memory)), num_bytes_(num_bytes) {}

  SharedBufferHandle memory_;
  size_t num_bytes_ = 0;
};

template <SharedMemoryKind kKind>
struct SharedMemoryRegion<kKind>::Made {
  SharedMemoryRegion region;
  WritableSharedMemoryMapping mapping;
};

extern template class SharedMemoryRegion<SharedMemoryKind::kReadOnly>;
extern template class SharedMemoryRegion<SharedMemoryKind::kWritable>;
extern template class SharedMemoryRegion<SharedMemoryKind::kUnsafe>;

using ReadOnlySharedMemoryRegion = SharedMemoryRegion<SharedMemoryKind::kReadOnly>;
using WritableSharedMemoryRegion = SharedMemoryRegion<SharedMemoryKind::kWritable>;
using UnsafeSharedMemoryRegion = SharedMemoryRegion<SharedMemoryKind::kUnsafe>;

/// Makes the last promise about a writable region. Mappings that are there go on writing: those of
/// whoever had it before, too.
Result<ReadOnlySharedMemoryRegion> to_read_only(WritableSharedMemoryRegion region);
Result<UnsafeSharedMemoryRegion> to_unsafe(WritableSharedMemoryRegion region);

}  // namespace ferrule
