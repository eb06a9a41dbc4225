// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ferrule::wire {
namespace {

bool is_continuation(uint8_t byte) noexcept { return (byte & 0xc0U) == 0x80; }

// The length of the character that begins at `text`, of which `num_bytes` are left; 0 if it is
// none. Only the second byte has a range of its own: it keeps out long forms, surrogates and the
// rest above U+10FFFF.
size_t character_length(const uint8_t* text, size_t num_bytes) noexcept {
  const uint8_t first = text[0];
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (num_bytes < length) return 0;
  const uint8_t lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const uint8_t highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (text[1] < lowest || text[1] > highest) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  return length;
}

// How many bytes at the front are ASCII for sure: most text is, so it is looked at in blocks.
size_t ascii_prefix(const uint8_t* text, size_t num_bytes) noexcept {
  constexpr size_t kWords = 4;
  size_t at = 0;
  uint64_t words[kWords];
  while (num_bytes - at >= sizeof(words)) {
    std::memcpy(words, text + at, sizeof(words));
    if (((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080U) != 0) break;
    at += sizeof(words);
  }
  return at;
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
  const auto* next = reinterpret_cast<const uint8_t*>(text.data());
  size_t left = text.size();
  while (left > 0) {
    const size_t num_ascii = ascii_prefix(next, left);
    next += num_ascii;
    left -= num_ascii;
    if (left == 0) break;
    const size_t length = character_length(next, left);
    if (length == 0) return false;
    next += length;
    left -= length;
  }
  return true;
}

}  // namespace ferrule::wire
