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

constexpr uint64_t kHighBits = 0x8080808080808080U;

uint64_t load_word(const uint8_t* text) noexcept {
  uint64_t word = 0;
  std::memcpy(&word, text, sizeof(word));
  return word;
}

// How many bytes at the front are ASCII for sure: most text is, so it is looked at in blocks and
// words. What is left of a text that is no multiple of a word is the end of its last eight bytes.
size_t ascii_prefix(const uint8_t* text, size_t num_bytes) noexcept {
  constexpr size_t kWord = sizeof(uint64_t);
  size_t at = 0;
  for (; num_bytes - at >= 4 * kWord; at += 4 * kWord) {
    const uint8_t* block = text + at;
    if (((load_word(block) | load_word(block + kWord) | load_word(block + 2 * kWord) |
          load_word(block + 3 * kWord)) &
         kHighBits) != 0) {
      return at;
    }
  }
  for (; num_bytes - at >= kWord; at += kWord) {
    if ((load_word(text + at) & kHighBits) != 0) return at;
  }
  if (num_bytes >= kWord) {
    return (load_word(text + num_bytes - kWord) & kHighBits) == 0 ? num_bytes : at;
  }
  while (at < num_bytes && text[at] < 0x80) ++at;
  return at;
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
  const auto* next = reinterpret_cast<const uint8_t*>(text.data());
  size_t left = text.size();
  while (left > 0) {
    size_t length = *next < 0x80 ? ascii_prefix(next, left) : 0;
    if (length == 0) length = character_length(next, left);
    if (length == 0) return false;
    next += length;
    left -= length;
  }
  return true;
}

}  // namespace ferrule::wire
