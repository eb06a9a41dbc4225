// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "ferrule/base/unique_fd.h"

namespace ferrule {

/// The one owner of a file descriptor of which the IDL says what it is for, so that one is not
/// taken for another. Move-only. What the descriptor really is, only its kernel object can tell:
/// whoever receives one checks that before use.
template <class Use>
class DescriptorHandle {
 public:
  DescriptorHandle() = default;
  explicit DescriptorHandle(UniqueFd descriptor) noexcept : descriptor_(std::move(descriptor)) {}

  bool is_valid() const noexcept { return descriptor_.is_valid(); }
  explicit operator bool() const noexcept { return is_valid(); }

  /// The descriptor, borrowed; -1 when there is none.
  int get() const noexcept { return descriptor_.get(); }
  UniqueFd take_descriptor() noexcept { return std::move(descriptor_); }

 private:
  UniqueFd descriptor_;
};

/// handle<shared_buffer>: memory that can be mapped.
using SharedBufferHandle = DescriptorHandle<struct SharedBufferUse>;

}  // namespace ferrule
