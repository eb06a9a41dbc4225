// SPDX-License-Identifier: Apache-2.0
#include "load/wrk.h"

#include <regex>

std::optional<WrkCounts> parse_wrk(const std::string& output) {
  const auto number = [](const std::ssub_match& text) { return std::stoull(text.str()); };
  std::smatch match;
  if (!std::regex_search(output, match, std::regex("(\\d+) requests in"))) return std::nullopt;
  WrkCounts counts{.num_answered = number(match[1])};
  const std::regex errors(
      "Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  if (std::regex_search(output, match, errors)) {
    counts.num_refused = number(match[1]);
    counts.num_failed = number(match[2]) + number(match[3]) + number(match[4]);
  }
  if (std::regex_search(output, match, std::regex("Non-2xx or 3xx responses: (\\d+)"))) {
    counts.num_wrong = number(match[1]);
  }
  return counts;
}
