// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"

namespace ferrule {

enum class FileAccess { kReadOnly, kReadWrite };

/// An open regular file and what one may do with it, which the kernel was asked: no pipe or device
/// that blocks, no right that the type does not name. Its size and contents may change at any time
/// by others who have it open, so read it, and do not map it. Move-only.
template <FileAccess kAccess>
class OpenFile {
 public:
  OpenFile() = default;
  /// Fails if the descriptor is something else.
  static Result<OpenFile> adopt(UniqueFd descriptor);

  bool is_valid() const noexcept { return descriptor_.is_valid(); }
  /// Borrowed.
  int get() const noexcept { return descriptor_.get(); }
  UniqueFd take_descriptor() noexcept { return std::move(descriptor_); }

 private:
  explicit OpenFile(UniqueFd descriptor) noexcept : descriptor_(std::move(descriptor)) {}

  UniqueFd descriptor_;
};

extern template class OpenFile<FileAccess::kReadOnly>;
extern template class OpenFile<FileAccess::kReadWrite>;

using ReadOnlyFile = OpenFile<FileAccess::kReadOnly>;
using ReadWriteFile = OpenFile<FileAccess::kReadWrite>;

}  // namespace ferrule
