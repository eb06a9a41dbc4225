// SPDX-License-Identifier: Apache-2.0
// What each preset refuses stands in a table of docs/sandbox.md. Each cell of it is tried here.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/sandbox/policy.h"

#include "sandbox/confined_probe.h"

namespace ferrule::test {
namespace {

using sandbox::Policy;

/// One line of a table in Markdown, without the bars.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream text(line.substr(1));
  for (std::string cell; std::getline(text, cell, '|');) {
    const size_t begin = cell.find_first_not_of(" `");
    const size_t end = cell.find_last_not_of(" `");
    cells.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
  }
  return cells;
}

struct Table {
  std::vector<std::string> presets;
  std::vector<std::vector<std::string>> rows;
};

/// The table whose first column is headed "attempt".
Table read_table() {
  std::ifstream page(FERRULE_SANDBOX_PAGE);
  Table table;
  for (std::string line; std::getline(page, line);) {
    const bool is_row = line.starts_with("| ");
    if (is_row && line.starts_with("| attempt |")) {
      table.presets = cells_of(line);
      table.presets.erase(table.presets.begin(), table.presets.begin() + 2);
    } else if (is_row && !table.presets.empty() && !line.starts_with("| ---")) {
      table.rows.push_back(cells_of(line));
    } else if (!is_row && !table.rows.empty()) {
      break;
    }
  }
  return table;
}

/// "ENOENT or EACCES" names what may come out, depending on which layers the kernel gives.
bool is_expected(const std::string& outcome, const std::string& cell) {
  std::string rest = cell;
  for (size_t end = 0; end != std::string::npos;) {
    end = rest.find(" or ");
    if (rest.substr(0, end) == outcome) return true;
    if (end != std::string::npos) rest = rest.substr(end + 4);
  }
  return false;
}

TEST(PresetTableTest, HasAColumnForEachPreset) {
  const std::vector<std::string_view> names = Policy::preset_names();
  EXPECT_THAT(read_table().presets, ::testing::ElementsAreArray(names));
}

TEST(PresetTableTest, SaysWhatComesOfEachAttempt) {
  if (const char* reason = reason_to_skip()) GTEST_SKIP() << reason;
  ConfinedProbe probe;
  const Table table = read_table();
  ASSERT_GE(table.rows.size(), 20U);
  for (const std::vector<std::string>& row : table.rows) {
    ASSERT_EQ(row.size(), table.presets.size() + 2) << row.front();
    for (size_t column = 0; column < table.presets.size(); ++column) {
      const Policy policy = Policy::preset(table.presets[column]).value();
      const Outcome outcome = probe.attempt(policy, row.front());
      EXPECT_TRUE(is_expected(outcome.text, row[column + 2]))
          << row.front() << " in " << table.presets[column] << ": " << outcome.text
          << ", the page says " << row[column + 2] << "\n"
          << outcome.errors << outcome.lock_report;
    }
  }
}

}  // namespace
}  // namespace ferrule::test
