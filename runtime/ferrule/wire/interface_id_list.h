// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ferrule::wire {

/// The ids of the associated interfaces in a received message, read in place. Borrows the message.
class InterfaceIdList {
 public:
  InterfaceIdList() = default;
  InterfaceIdList(const uint8_t* data, size_t size) noexcept : data_(data), size_(size) {}

  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// `index` is below `size()`.
  uint32_t operator[](size_t index) const noexcept {
    uint32_t id = 0;
    std::memcpy(&id, data_ + sizeof(id) * index, sizeof(id));
    return id;
  }

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace ferrule::wire
