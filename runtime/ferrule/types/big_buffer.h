// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "ferrule/base/memory.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/bytes.h"
#include "ferrule/wire/descriptor_handle.h"

namespace ferrule {

/// From so many bytes on a `BigBuffer` lies in shared memory.
inline constexpr size_t kBigBufferInlineBytes = size_t{64} << 10;
/// A buffer of a peer takes address space of ours.
inline constexpr size_t kMaxBigBufferBytes = size_t{4} << 30;

/// Many bytes on their way to another process. The sender fills them where they will lie; sending
/// seals the memory, and from then on nobody can change it, in no process. Whoever receives them
/// has a view of that memory, and may keep it or send it on; nothing is copied anywhere.
///
///   ferrule::BigBuffer pixels = ferrule::BigBuffer::make(size).value();
///   draw(pixels.mutable_bytes());
///   remote->Show(std::move(pixels));
///
/// Few bytes travel in the message. Move-only; used by one thread at a time.
class BigBuffer {
 public:
  /// Empty.
  BigBuffer() = default;
  /// What is there already. It is copied into shared memory if it is much.
  explicit BigBuffer(Bytes bytes) noexcept : bytes_(std::move(bytes)) {}
  /// To be filled; zeros until then.
  static Result<BigBuffer> make(size_t num_bytes);

  size_t size() const noexcept { return bytes_.size(); }
  std::span<const uint8_t> bytes() const noexcept { return bytes_.span(); }
  /// Of a buffer made by `make` and not sent; of any other empty.
  std::span<uint8_t> mutable_bytes() const noexcept {
    return filling_ ? std::span<uint8_t>(filling_->data(), size()) : std::span<uint8_t>();
  }
  /// The bytes to keep: of a received buffer without a copy.
  Bytes take_bytes() &&;

  // --- for the message ---
  /// Bytes that travel inside, or sealed memory with as many.
  bool is_inline() const noexcept { return !memory_ && size() < kBigBufferInlineBytes; }
  const Bytes& inline_bytes() const noexcept { return bytes_; }
  /// Seals. Empty if the system refused.
  SharedBufferHandle take_sealed();
  /// Sealed memory of a peer. Fails with SEALED_MEMORY_INVALID unless nobody can change it and it
  /// has `num_bytes`, all of them written.
  static Result<BigBuffer> adopt(SharedBufferHandle memory, size_t num_bytes);

 private:
  Bytes bytes_;
  MemoryRef filling_;  // the same bytes while they may be written
  UniqueFd memory_;    // what they are in, if it is shared memory
};

}  // namespace ferrule
