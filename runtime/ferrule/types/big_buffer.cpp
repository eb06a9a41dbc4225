// SPDX-License-Identifier: Apache-2.0
#include "ferrule/types/big_buffer.h"

#include <cstring>
#include <string>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"

namespace ferrule {
namespace {

/// Memory that cannot be sealed is copied into other memory, which nobody else knows.
constexpr int kMaxSealings = 3;

/// Empty if the system refuses.
UniqueFd copy_of(const UniqueFd& memory, size_t num_bytes) {
  const auto from =
      platform::map_memfd(memory, num_bytes, {.kind = platform::MappingKind::kSharedReadOnly});
  auto copy = platform::create_memfd("ferrule-big-buffer", num_bytes);
  if (!from || !copy) return {};
  const std::span<const uint8_t> bytes(from->get()->data(), num_bytes);
  if (!platform::write_memfd(*copy, 0, bytes)) return {};
  return *std::move(copy);
}

}  // namespace

Result<BigBuffer> BigBuffer::make(size_t num_bytes) {
  if (num_bytes > kMaxBigBufferBytes) {
    return Error(Errc::kInvalidArgument,
                 "a buffer has at most " + std::to_string(kMaxBigBufferBytes) + " bytes");
  }
  BigBuffer buffer;
  if (num_bytes < kBigBufferInlineBytes) {
    buffer.filling_ = allocate_heap_memory(num_bytes);
    std::memset(buffer.filling_->data(), 0, num_bytes);
  } else {
    auto memory = platform::create_memfd("ferrule-big-buffer", num_bytes);
    if (!memory) return std::move(memory).error();
    // All pages at once: a third of the price, and the receiver asks for them.
    if (auto done = platform::allocate_pages(*memory, num_bytes); !done) {
      return std::move(done).error();
    }
    auto mapping = platform::map_memfd(*memory, num_bytes, {.is_populated = true});
    if (!mapping) return std::move(mapping).error();
    buffer.filling_ = *std::move(mapping);
    buffer.memory_ = *std::move(memory);
  }
  buffer.bytes_ = Bytes(buffer.filling_, {buffer.filling_->data(), num_bytes});
  return buffer;
}

Bytes BigBuffer::take_bytes() && {
  // Nobody writes through `filling_` any more, and nobody else has the memory.
  filling_ = MemoryRef();
  memory_.reset();
  return std::move(bytes_);
}

SharedBufferHandle BigBuffer::take_sealed() {
  if (!memory_) {
    auto copy = make(size());
    if (!copy) return {};
    std::memcpy(copy->mutable_bytes().data(), bytes_.data(), size());
    *this = *std::move(copy);
  }
  if (filling_) {
    const size_t num_bytes = size();
    // No writable mapping may be left.
    bytes_ = Bytes();
    filling_ = MemoryRef();
    // The kernel refuses (EBUSY) while anything else has its hands on a page, be it only to move
    // it.
    for (int turn = 1; !platform::seal_memfd(memory_, platform::Seals::kImmutable); ++turn) {
      memory_ = turn < kMaxSealings ? copy_of(memory_, num_bytes) : UniqueFd();
      if (!memory_) break;
    }
  }
  return SharedBufferHandle(std::move(memory_));
}

Result<BigBuffer> BigBuffer::adopt(SharedBufferHandle memory, size_t num_bytes) {
  const auto refused = [](const char* what) {
    return Error(Errc::kBadMessage, std::string("SEALED_MEMORY_INVALID: ") + what);
  };
  BigBuffer buffer;
  buffer.memory_ = memory.take_descriptor();
  const auto status = platform::inspect_memfd(buffer.memory_);
  if (!status || !status->is_immutable) return refused("it is not sealed");
  if (num_bytes == 0 || num_bytes > kMaxBigBufferBytes || num_bytes > status->num_bytes) {
    return refused("shorter than announced");
  }
  // What was never written costs its sender nothing, and its reader a page each.
  const size_t page_bytes = platform::page_bytes();
  if (status->num_allocated_bytes < num_bytes / page_bytes * page_bytes) {
    return refused("made of holes");
  }
  auto mapping =
      platform::map_memfd(buffer.memory_, num_bytes, {.kind = platform::MappingKind::kImmutable});
  if (!mapping) return std::move(mapping).error();
  uint8_t* const data = mapping->get()->data();
  buffer.bytes_ = Bytes(*std::move(mapping), {data, num_bytes});
  return buffer;
}

}  // namespace ferrule
