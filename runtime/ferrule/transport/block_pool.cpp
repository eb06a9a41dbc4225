// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/block_pool.h"

#include <bit>
#include <utility>

#include "ferrule/platform/mapping.h"

namespace ferrule::transport {
namespace {

// Smaller blocks are not worth a mapping, and malloc keeps them warm as well.
constexpr size_t kLeastMappedBytes = size_t{1} << 20;

// Sizes in steps of an eighth, so that messages of about one size share blocks.
size_t round_up_size(size_t num_bytes) {
  const size_t step = std::bit_ceil(num_bytes) / 16;
  return step == 0 ? num_bytes : (num_bytes + step - 1) / step * step;
}

MemoryRef allocate(size_t num_bytes) {
  if (num_bytes < kLeastMappedBytes) return allocate_heap_memory(num_bytes);
  Result<MemoryRef> memory = platform::map_anonymous(num_bytes);
  return memory ? *std::move(memory) : MemoryRef();
}

}  // namespace

/// One use of the memory behind it, which outlives it in the pool.
class BlockPool::Block final : public Memory {
 public:
  Block(MemoryRef memory, std::shared_ptr<BlockPool> pool)
      : Memory(memory->data(), memory->size()),
        memory_(std::move(memory)),
        pool_(std::move(pool)) {}

 private:
  ~Block() override = default;

  void destroy() noexcept override {
    pool_->give_back(std::move(memory_));
    delete this;
  }

  MemoryRef memory_;
  const std::shared_ptr<BlockPool> pool_;  // owned by its connection and by every block in use
};

MemoryRef BlockPool::take(size_t num_bytes) {
  const size_t size = round_up_size(num_bytes);
  MemoryRef memory = take_free(size);
  if (!memory) memory = allocate(size);
  if (!memory) return {};
  return MemoryRef::adopt(new Block(std::move(memory), shared_from_this()));
}

MemoryRef BlockPool::take_free(size_t num_bytes) {
  MutexLock lock(mutex_);
  auto best = free_.end();
  for (auto each = free_.begin(); each != free_.end(); ++each) {
    // A much larger block would be missing where it is needed.
    const size_t size = (*each)->size();
    if (size < num_bytes || size / 2 > num_bytes) continue;
    if (best == free_.end() || size < (*best)->size()) best = each;
  }
  if (best == free_.end()) return {};
  MemoryRef memory = std::exchange(*best, std::move(free_.back()));
  free_.pop_back();
  num_free_bytes_ -= memory->size();
  return memory;
}

void BlockPool::give_back(MemoryRef memory) {
  std::vector<MemoryRef> dropped;  // unmapped after the lock
  MutexLock lock(mutex_);
  num_free_bytes_ += memory->size();
  free_.push_back(std::move(memory));
  while (num_free_bytes_ > max_free_bytes_) {
    // The one that waited longest.
    num_free_bytes_ -= free_.front()->size();
    dropped.push_back(std::move(free_.front()));
    free_.erase(free_.begin());
  }
}

size_t BlockPool::num_free_bytes() const {
  MutexLock lock(mutex_);
  return num_free_bytes_;
}

}  // namespace ferrule::transport
