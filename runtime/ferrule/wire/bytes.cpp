// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/bytes.h"

#include <cstring>
#include <utility>

namespace ferrule {
namespace {

class VectorMemory final : public Memory {
 public:
  static MemoryRef adopt(std::vector<uint8_t> bytes) {
    uint8_t* data = bytes.data();  // moving a vector keeps its elements where they are
    const size_t size = bytes.size();
    return MemoryRef::adopt(new VectorMemory(data, size, std::move(bytes)));
  }

 private:
  VectorMemory(uint8_t* data, size_t size, std::vector<uint8_t> bytes)
      : Memory(data, size), bytes_(std::move(bytes)) {}
  ~VectorMemory() override = default;
  void destroy() noexcept override { delete this; }

  std::vector<uint8_t> bytes_;
};

}  // namespace

Bytes::Bytes(std::vector<uint8_t> bytes) {
  if (bytes.empty()) return;
  memory_ = VectorMemory::adopt(std::move(bytes));
  view_ = {memory_->data(), memory_->size()};
}

Bytes Bytes::copy_of(std::span<const uint8_t> bytes) {
  if (bytes.empty()) return {};
  MemoryRef memory = allocate_heap_memory(bytes.size());
  std::memcpy(memory->data(), bytes.data(), bytes.size());
  const std::span<const uint8_t> view(memory->data(), memory->size());
  return {std::move(memory), view};
}

Bytes Bytes::copy_of(std::string_view text) {
  return copy_of(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

}  // namespace ferrule
