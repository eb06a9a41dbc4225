// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace ferrule {

enum class LogLevel { kWarning, kError };

/// Writes one line, "ferrule: warning: …", to standard error with a single write(2). For what
/// nobody was there to be told: a bad message on a pipe without a handler, say. Thread-safe.
void log(LogLevel level, std::string_view text) noexcept;

}  // namespace ferrule
