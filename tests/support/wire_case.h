// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/wire_text.h"

namespace ferrule::test {

enum class HandleKind { kDescriptor, kPipe };

/// A pair of files, `name.data` and `name.expected`: one message, and what must be said about it.
struct WireCase {
  std::string name;
  WireText message;
  /// Of the first handles; the others are descriptors. A comment `// handles: pipe fd` says it;
  /// readers that only count handles skip the comment.
  std::vector<HandleKind> handle_kinds;
  /// "PASS" or "VALIDATION_ERROR_...".
  std::string expected;
};

/// The names of all cases of a folder that begin with `prefix`, sorted.
std::vector<std::string> find_wire_cases(const std::filesystem::path& folder,
                                         std::string_view prefix);

/// Throws std::runtime_error with the case's name if a file is missing or cannot be understood.
WireCase read_wire_case(const std::filesystem::path& folder, const std::string& name);

}  // namespace ferrule::test
