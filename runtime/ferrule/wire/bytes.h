// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "ferrule/base/memory.h"

namespace ferrule {

/// An immutable run of bytes with shared ownership: the C++ type of `array<uint8>`. Copying copies
/// a reference. The bytes lie on the heap or in a sealed mapping; nobody, in no process, can change
/// them. Thread-safe like an `int`: distinct objects may be used on distinct threads. A
/// contiguous range, so it goes where a `std::span<const uint8_t>` is asked for.
class Bytes {
 public:
  Bytes() = default;
  /// Takes over the vector's memory; copies nothing.
  explicit Bytes(std::vector<uint8_t> bytes);
  Bytes(std::initializer_list<uint8_t> bytes) : Bytes(std::vector<uint8_t>(bytes)) {}
  /// `view`, a part of `memory`, which must not change any more.
  Bytes(MemoryRef memory, std::span<const uint8_t> view) noexcept
      : memory_(std::move(memory)), view_(view) {}

  static Bytes copy_of(std::span<const uint8_t> bytes);
  static Bytes copy_of(std::string_view text);

  const uint8_t* data() const noexcept { return view_.data(); }
  size_t size() const noexcept { return view_.size(); }
  bool empty() const noexcept { return view_.empty(); }
  uint8_t operator[](size_t index) const noexcept { return view_[index]; }
  auto begin() const noexcept { return view_.begin(); }
  auto end() const noexcept { return view_.end(); }
  std::span<const uint8_t> span() const noexcept { return view_; }
  /// The same bytes as characters.
  std::string_view as_string_view() const noexcept {
    return {reinterpret_cast<const char*>(view_.data()), view_.size()};
  }

  friend bool operator==(const Bytes& a, const Bytes& b) noexcept {
    return std::ranges::equal(a.view_, b.view_);
  }

 private:
  MemoryRef memory_;
  std::span<const uint8_t> view_;
};

}  // namespace ferrule
