// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace client {

/// Text from a decoder, fit for a terminal: control characters, which could rewrite what stands
/// there, become '?', and what is too long is cut.
inline std::string to_printable(std::string_view text) {
  constexpr size_t kMostBytes = 200;
  std::string result(text.substr(0, kMostBytes));
  for (char& character : result) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte >= 0x7f) character = '?';
  }
  if (text.size() > kMostBytes) result += "...";
  return result;
}

}  // namespace client
