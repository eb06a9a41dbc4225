// SPDX-License-Identifier: Apache-2.0
#include "ferrule/base/buffer.h"

#include <cstring>

#include "ferrule/base/check.h"

namespace ferrule {

std::span<uint8_t> Buffer::prepend(size_t num_bytes) {
  FERRULE_CHECK(can_prepend(num_bytes));
  begin_ -= num_bytes;
  return {data(), num_bytes};
}

void Buffer::remove_prefix(size_t num_bytes) {
  FERRULE_CHECK(num_bytes <= size());
  begin_ += num_bytes;
}

void Buffer::remove_suffix(size_t num_bytes) {
  FERRULE_CHECK(num_bytes <= size());
  end_ -= num_bytes;
}

void Buffer::complete() {
  for (const DeferredCopy& copy : deferred_) {
    std::memcpy(memory_->data() + copy.offset, copy.source.data(), copy.source.size());
  }
  deferred_.clear();
}

void Buffer::make_private() {
  complete();
  if (!memory_ || memory_->kind() != MemoryKind::kShared) return;
  Buffer copy = allocate(size());
  std::memcpy(copy.data(), data(), size());
  *this = std::move(copy);
}

}  // namespace ferrule
