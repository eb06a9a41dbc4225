// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/value_text.h"

#include <algorithm>
#include <ostream>
#include <utility>

namespace ferrule::wire {
namespace {

constexpr std::string_view kEllipsis = "...";
constexpr size_t kMaxShownBytes = 32;
constexpr char kHexDigits[] = "0123456789abcdef";

/// The longest beginning of `text` with at most `limit` bytes that does not cut a character.
std::string_view beginning(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && limit - end < 4 && (static_cast<uint8_t>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end);
}

void append_hex(std::string& out, uint8_t byte) {
  out += kHexDigits[byte >> 4U];
  out += kHexDigits[byte & 0xfU];
}

/// What would end the string or the line, or do things to a terminal.
void append_escaped(std::string& out, char character) {
  if (character == '"' || character == '\\') {
    out += '\\';
    out += character;
  } else if (character == '\n') {
    out += "\\n";
  } else if (static_cast<uint8_t>(character) < 0x20 || character == 0x7f) {
    out += "\\x";
    append_hex(out, static_cast<uint8_t>(character));
  } else {
    out += character;
  }
}

}  // namespace

void ValueText::add(std::string_view text) {
  if (is_full_) return;
  const std::string_view shown = beginning(text, kMaxStringBytes);
  std::string quoted = "\"";
  for (const char character : shown) append_escaped(quoted, character);
  quoted += '"';
  append(quoted);
  if (shown.size() == text.size()) return;
  append("... (");
  add(text.size());
  append(" bytes)");
}

void ValueText::add_bytes(std::span<const uint8_t> bytes) {
  if (is_full_) return;
  std::string shown = "<";
  for (const uint8_t byte : bytes.first(std::min(bytes.size(), kMaxShownBytes))) {
    append_hex(shown, byte);
  }
  if (bytes.size() > kMaxShownBytes) shown += kEllipsis;
  append(shown);
  append("> (");
  add(bytes.size());
  append(" bytes)");
}

std::string ValueText::finish() && { return std::move(text_); }

void ValueText::append(std::string_view text) {
  if (is_full_) return;
  if (text_.size() + text.size() <= kMaxBytes - kEllipsis.size()) {
    text_ += text;
    return;
  }
  text_ += beginning(text, kMaxBytes - kEllipsis.size() - text_.size());
  text_ += kEllipsis;
  is_full_ = true;
}

void ValueText::open(std::string_view name, std::string_view bracket) {
  append(name);
  append(bracket);
  is_first_ = true;
}

void ValueText::close(std::string_view bracket) {
  append(bracket);
  is_first_ = false;
}

bool ValueText::next() {
  if (!is_first_) append(", ");
  is_first_ = false;
  return !is_full_;
}

void ValueText::add_rest(size_t count, std::string_view what) {
  if (count <= kMaxElements) return;
  append(", ... (");
  add(count);
  append(" ");
  append(what);
  append(")");
}

std::ostream& put_text(std::ostream& stream, std::string_view text) { return stream << text; }

}  // namespace ferrule::wire
