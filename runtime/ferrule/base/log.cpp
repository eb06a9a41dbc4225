// SPDX-License-Identifier: Apache-2.0
#include "ferrule/base/log.h"

#include <array>
#include <sys/uio.h>
#include <unistd.h>

namespace ferrule {

void log(LogLevel level, std::string_view text) noexcept {
  const std::string_view prefix =
      level == LogLevel::kWarning ? "ferrule: warning: " : "ferrule: error: ";
  const auto part = [](std::string_view view) {
    return iovec{const_cast<char*>(view.data()), view.size()};
  };
  const std::array<iovec, 3> line{part(prefix), part(text), part("\n")};
  // A log line that cannot be written is lost; there is nobody left to tell.
  [[maybe_unused]] const ssize_t count = ::writev(STDERR_FILENO, line.data(), line.size());
}

}  // namespace ferrule
