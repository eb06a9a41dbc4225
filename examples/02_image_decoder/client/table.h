// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace client {

/// What decoding one file took.
struct Row {
  std::string file;
  uint32_t width = 0;
  uint32_t height = 0;
  /// From the call to the answer.
  std::chrono::nanoseconds time{};
  /// Both ways together.
  uint64_t socket_bytes = 0;
  uint64_t shared_bytes = 0;
};

/// The rows as lines of text under a headline, in columns.
std::string format_table(const std::vector<Row>& rows);

}  // namespace client
