// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace ferrule::test {

/// Something that a process which was taken over might try.
struct Attempt {
  std::string name;
  /// 0 if it worked, else the errno that refused it; or it does not return.
  int (*run)(const std::vector<std::string>& arguments);
};

/// What an attempt answers where nothing refused, but what it was after was not to be seen.
inline constexpr int kHidden = 200;

const std::vector<Attempt>& all_attempts();

/// The descriptor under which the process finds a sealed memfd, and one that is open for reading.
inline constexpr int kSealedMemory = 3;
inline constexpr int kReadOnlyMemory = 4;

}  // namespace ferrule::test
