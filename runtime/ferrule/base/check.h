// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ferrule {

/// Prints `message` with its place to standard error and aborts. A failed check is a bug in this
/// process, never something a peer or the system can cause: those arrive as `Result`.
[[noreturn]] void check_failed(const char* file, int line, const char* message) noexcept;

}  // namespace ferrule

/// Aborts with the text of `condition` unless it holds. Stays on in release builds.
#define FERRULE_CHECK(condition)                                                \
  do {                                                                          \
    if (!(condition)) [[unlikely]]                                              \
      ::ferrule::check_failed(__FILE__, __LINE__, "check failed: " #condition); \
  } while (false)
