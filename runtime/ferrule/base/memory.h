// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace ferrule {

/// Who may change the bytes of a `Memory`.
enum class MemoryKind : uint8_t {
  kPrivate,    ///< whoever in this process holds it
  kImmutable,  ///< nobody: a sealed mapping; writing to it ends the process
  kShared,     ///< we and a peer, at any time: fill and send it, never decode from it
};

/// A block of bytes with a count of its users: heap memory, a mapping of a sealed memfd, a region
/// of a shared arena. Its bytes stay where they are until the last `MemoryRef` goes. The count is
/// thread-safe; the bytes are protected by whoever shares them.
///
/// This is how mappings reach the rooms that may not know platform: they see blocks of bytes.
class Memory {
 public:
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  uint8_t* data() const noexcept { return data_; }
  size_t size() const noexcept { return size_; }
  MemoryKind kind() const noexcept { return kind_; }

  void add_user() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
  void remove_user() noexcept {
    if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
  }
  /// True if the asker holds the only reference; then nobody else can take a new one.
  bool has_one_user() const noexcept { return users_.load(std::memory_order_acquire) == 1; }

 protected:
  Memory(uint8_t* data, size_t size, MemoryKind kind = MemoryKind::kPrivate) noexcept
      : data_(data), size_(size), kind_(kind) {}
  virtual ~Memory() = default;

 private:
  /// Called once, by the last user, on that user's thread.
  virtual void destroy() noexcept = 0;

  uint8_t* const data_;
  const size_t size_;
  const MemoryKind kind_;
  std::atomic<uint32_t> users_{1};
};

/// One use of a `Memory`. Null after default construction and after being moved from.
class MemoryRef {
 public:
  MemoryRef() = default;
  /// Takes over the use that a new `Memory` starts with.
  static MemoryRef adopt(Memory* memory) noexcept {
    MemoryRef ref;
    ref.memory_ = memory;
    return ref;
  }
  MemoryRef(const MemoryRef& other) noexcept : memory_(other.memory_) {
    if (memory_ != nullptr) memory_->add_user();
  }
  MemoryRef(MemoryRef&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}
  MemoryRef& operator=(MemoryRef other) noexcept {
    std::swap(memory_, other.memory_);
    return *this;
  }
  ~MemoryRef() {
    if (memory_ != nullptr) memory_->remove_user();
  }

  explicit operator bool() const noexcept { return memory_ != nullptr; }
  Memory* get() const noexcept { return memory_; }
  Memory* operator->() const noexcept { return memory_; }

 private:
  Memory* memory_ = nullptr;
};

/// `num_bytes` of heap memory, not initialised, 16-byte aligned; one allocation holds the count and
/// the bytes. Throws std::bad_alloc.
MemoryRef allocate_heap_memory(size_t num_bytes);

}  // namespace ferrule
