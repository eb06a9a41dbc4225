// SPDX-License-Identifier: Apache-2.0
#include "client/table.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace client {
namespace {

constexpr size_t kColumns = 5;
using Cells = std::array<std::string, kColumns>;

std::string milliseconds(std::chrono::nanoseconds time) {
  std::array<char, 32> text{};
  const double value = std::chrono::duration<double, std::milli>(time).count();
  std::snprintf(text.data(), text.size(), "%.1f ms", value);
  return text.data();
}

// 1234567 as "1 234 567".
std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t from_end = 3; from_end < digits.size(); from_end += 4) {
    digits.insert(digits.size() - from_end, 1, ' ');
  }
  return digits;
}

Cells to_cells(const Row& row) {
  return {row.file, std::to_string(row.width) + " x " + std::to_string(row.height),
          milliseconds(row.time), grouped(row.socket_bytes), grouped(row.shared_bytes)};
}

// Names to the left, numbers to the right.
std::string to_line(const Cells& cells, const std::array<size_t, kColumns>& widths) {
  std::string line = cells[0] + std::string(widths[0] - cells[0].size(), ' ');
  for (size_t i = 1; i < kColumns; ++i) {
    line += std::string(2 + widths[i] - cells[i].size(), ' ') + cells[i];
  }
  return line + '\n';
}

}  // namespace

std::string format_table(const std::vector<Row>& rows) {
  std::vector<Cells> lines{
      {"file", "pixels", "time", "bytes on the socket", "bytes in shared memory"}};
  for (const Row& row : rows) lines.push_back(to_cells(row));
  std::array<size_t, kColumns> widths{};
  for (const Cells& cells : lines) {
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string text;
  for (const Cells& cells : lines) text += to_line(cells, widths);
  return text;
}

}  // namespace client
