// SPDX-License-Identifier: Apache-2.0
#include "ferrule/base/memory.h"

#include <new>

namespace ferrule {
namespace {

// The object stands at the front of its own allocation, the bytes right behind it.
class HeapMemory final : public Memory {
 public:
  static MemoryRef allocate(size_t num_bytes) {
    void* place = ::operator new(sizeof(HeapMemory) + num_bytes);
    auto* bytes = static_cast<uint8_t*>(place) + sizeof(HeapMemory);
    return MemoryRef::adopt(new (place) HeapMemory(bytes, num_bytes));
  }

 private:
  using Memory::Memory;
  ~HeapMemory() override = default;

  void destroy() noexcept override {
    void* place = this;
    this->~HeapMemory();
    ::operator delete(place);
  }
};
static_assert(sizeof(HeapMemory) % alignof(std::max_align_t) == 0);

}  // namespace

MemoryRef allocate_heap_memory(size_t num_bytes) { return HeapMemory::allocate(num_bytes); }

}  // namespace ferrule
