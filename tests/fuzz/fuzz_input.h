// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ferrule::test {

/// What a fuzzer was given, read from the front: numbers first, then bytes. When it is used up,
/// numbers are 0 and runs of bytes empty, so every input means something.
class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size) : left_(data, size) {}

  bool empty() const { return left_.empty(); }

  template <class Number>
  Number number() {
    Number value{};
    const auto bytes = take(sizeof(value));
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), bytes.size());
    return value;
  }
  /// Below `limit`, which is at least 1 and at most 256.
  size_t below(size_t limit) { return number<uint8_t>() % limit; }

  /// At most `num_bytes`.
  std::span<const uint8_t> take(size_t num_bytes) {
    const auto taken = left_.first(std::min(num_bytes, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
  }
  std::span<const uint8_t> rest() { return take(left_.size()); }

 private:
  std::span<const uint8_t> left_;
};

}  // namespace ferrule::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
