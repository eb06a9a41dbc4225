// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/internal/kernel_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "ferrule/base/unique_fd.h"

namespace ferrule::sandbox {

Result<void> write_kernel_file(const std::string& path, const std::string& text) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return Error::from_errno("open(" + path + ")");
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return Error::from_errno("write to " + path);
  }
  return {};
}

}  // namespace ferrule::sandbox
