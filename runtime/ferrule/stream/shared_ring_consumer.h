// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "ferrule/base/result.h"
#include "ferrule/shared_ring.idl.h"

namespace ferrule {

namespace stream {
class SharedRingReader;
}  // namespace stream

/// A frame that the producer filled, until this is destroyed: then it goes back. Move-only; of any
/// thread, and good for as long as it lives, whoever goes meanwhile.
///
/// The producer can still write to it: the bytes may change while they are read. Copy out what you
/// check before you rely on it, or use it for what any bytes are good for, such as pixels.
class SharedRingView {
 public:
  SharedRingView() = default;
  SharedRingView(std::shared_ptr<stream::SharedRingReader> reader, uint32_t index,
                 std::span<const uint8_t> bytes) noexcept
      : reader_(std::move(reader)), index_(index), bytes_(bytes) {}
  SharedRingView(SharedRingView&& other) noexcept = default;
  SharedRingView& operator=(SharedRingView&& other) noexcept {
    if (this != &other) {
      release();
      reader_ = std::move(other.reader_);
      index_ = other.index_;
      bytes_ = other.bytes_;
    }
    return *this;
  }
  ~SharedRingView() { release(); }

  bool is_valid() const noexcept { return reader_ != nullptr; }
  explicit operator bool() const noexcept { return is_valid(); }
  std::span<const uint8_t> bytes() const noexcept {
    return is_valid() ? bytes_ : std::span<const uint8_t>();
  }
  /// Gives the frame back now.
  void release() noexcept;

 private:
  std::shared_ptr<stream::SharedRingReader> reader_;
  uint32_t index_ = 0;
  std::span<const uint8_t> bytes_;
};

/// The reading side of a `SharedRingProducer`:
///
///   void Use(common::SharedRing ring) override {
///     auto opened = SharedRingConsumer::open(std::move(ring));
///     if (!opened) return receiver_.report_bad_message(opened.error().message());
///     ring_ = *std::move(opened);
///   }
///   void Show(common::SharedFrame sent) override {
///     const auto frame = ring_.take(sent);
///     if (!frame) return receiver_.report_bad_message(frame.error().message());
///     display(frame->bytes());
///   }
///
/// Needs no executor. Movable; `take` of one thread at a time, views of any.
class SharedRingConsumer {
 public:
  SharedRingConsumer() = default;
  /// Fails with SHARED_RING_INVALID, or a rule of data pipes, if it is none.
  static Result<SharedRingConsumer> open(common::SharedRing ring);

  /// The frame that a message told of; once for each message. One that is not taken never goes
  /// back. Fails with SHARED_FRAME_INVALID if it cannot be.
  Result<SharedRingView> take(const common::SharedFrame& frame);

  bool is_open() const noexcept { return reader_ != nullptr; }

 private:
  explicit SharedRingConsumer(std::shared_ptr<stream::SharedRingReader> reader) noexcept
      : reader_(std::move(reader)) {}

  std::shared_ptr<stream::SharedRingReader> reader_;
};

}  // namespace ferrule
