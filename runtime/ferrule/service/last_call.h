// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace ferrule {

/// A call that a program was handling, as it says itself: a hint for people, and nothing to decide
/// by, as a program that was taken over can claim what it likes. The names are at most 79 and 39
/// bytes, cut, and printable.
struct LastCall {
  std::string interface_name{};
  std::string method{};
  /// The implementation had been called and had not returned. Calls that are answered later return
  /// at once.
  bool is_in_progress = false;

  /// "in game.Board.Move", or "after game.Board.Move".
  std::string to_text() const;

  friend bool operator==(const LastCall&, const LastCall&) = default;
};

}  // namespace ferrule
