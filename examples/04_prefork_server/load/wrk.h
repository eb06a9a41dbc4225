// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

/// What wrk counted, by its own words.
struct WrkCounts {
  uint64_t num_answered = 0;
  uint64_t num_refused = 0;
  uint64_t num_failed = 0;  ///< reads, writes and time-outs
  uint64_t num_wrong = 0;   ///< answers that are none
};

/// Nothing, if that is not what wrk prints at its end.
std::optional<WrkCounts> parse_wrk(const std::string& output);
