// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "ferrule/base/checked_math.h"

namespace ferrule::wire {

/// Adds up the objects of a message before it is written, so that one allocation of the right size
/// holds it. What is measured must be what an `Encoder` then claims. A value.
class SizeCounter {
 public:
  /// An object of `num_bytes`, padded to 8. A sum that does not fit stays at the largest size,
  /// which no message may have.
  void add_object(size_t num_bytes) noexcept {
    const size_t padded = num_bytes <= kSaturated - 7 ? round_up_to_8(num_bytes) : kSaturated;
    num_bytes_ = padded <= kSaturated - num_bytes_ ? num_bytes_ + padded : kSaturated;
  }

  /// An id that an associated endpoint puts into the list at the end of the message.
  void add_interface_id() noexcept { ++num_interface_ids_; }

  /// Of all objects; the message header is not among them.
  size_t num_bytes() const noexcept {
    if (num_interface_ids_ == 0) return num_bytes_;
    SizeCounter all;
    all.num_bytes_ = num_bytes_;
    all.add_object(8 + sizeof(uint32_t) * num_interface_ids_);
    return all.num_bytes_;
  }

 private:
  static constexpr size_t kSaturated = SIZE_MAX - 7;  // a multiple of 8

  size_t num_bytes_ = 0;
  size_t num_interface_ids_ = 0;
};

}  // namespace ferrule::wire
