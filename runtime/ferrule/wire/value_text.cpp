// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/value_text.h"

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include "ferrule/wire/value_leaf.h"
#include "ferrule/wire/value_type.h"

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

void ValueText::add(const ValueType& type, const void* value) {
  if (is_full_) return;
  switch (type.kind) {
    case ValueKind::kBytes:
      return add_bytes(static_cast<const Bytes*>(value)->span());
    case ValueKind::kBits:
      return add_bits(value);
    case ValueKind::kEnum:
      return add_enumerator(type, number_of_enum(value));
    case ValueKind::kList:
      return add_list(type, value);
    case ValueKind::kMap:
      return add_map(type, value);
    case ValueKind::kNullable:
      if (const void* held = type.held(value)) return add(*type.element, held);
      return append("null");
    case ValueKind::kStruct:
      return add_struct(type, value);
    case ValueKind::kUnion:
      return add_union(type, value);
    case ValueKind::kOther:
      return type.other->print(*this, value);
    default:
      return add_leaf(type, value);
  }
}

void ValueText::add_leaf(const ValueType& type, const void* value) {
  visit_leaf(type.kind, value, [this](const auto& leaf) {
    using Leaf = std::remove_cvref_t<decltype(leaf)>;
    if constexpr (std::is_same_v<Leaf, bool>) {
      add_bool(leaf);
    } else if constexpr (std::is_arithmetic_v<Leaf>) {
      add(leaf);
    } else if constexpr (std::is_same_v<Leaf, std::string>) {
      add(std::string_view(leaf));
    }
  });
}

void ValueText::add_enumerator(const ValueType& type, int32_t value) {
  const std::string_view name = type.enumerator(value);
  if (!name.empty()) return append(name);
  append("unknown ");
  add(value);
}

void ValueText::add_bits(const void* value) {
  const auto& bits = *static_cast<const std::vector<bool>*>(value);
  open("", "[");
  for (size_t i = 0; i < std::min(bits.size(), kMaxElements) && next(); ++i) add_bool(bits[i]);
  add_rest(bits.size(), "elements");
  close("]");
}

void ValueText::add_list(const ValueType& type, const void* value) {
  const ListView list = type.list(value);
  const auto* element = static_cast<const std::byte*>(list.data);
  open("", "[");
  for (size_t i = 0; i < std::min(list.size, kMaxElements) && next(); ++i) {
    add(*type.element, element);
    element += list.stride;
  }
  add_rest(list.size, "elements");
  close("]");
}

void ValueText::add_map(const ValueType& type, const void* value) {
  const size_t size = type.map->size(value);
  MapCursor cursor;
  open("", "{");
  for (size_t i = 0; i < std::min(size, kMaxElements) && next(); ++i) {
    type.map->next(value, cursor);
    add(*type.key, cursor.key);
    append(": ");
    add(*type.element, cursor.value);
  }
  add_rest(size, "entries");
  close("}");
}

void ValueText::add_struct(const ValueType& type, const void* value) {
  open(type.name, "{");
  for (const ValueField& field : type.fields) {
    add_field(field.name, *field.type, static_cast<const std::byte*>(value) + field.offset);
  }
  close("}");
}

void ValueText::add_union(const ValueType& type, const void* value) {
  size_t index = 0;
  const void* member = type.member(value, index);
  open(type.name, "{");
  if (member != nullptr) add_field(type.fields[index].name, *type.fields[index].type, member);
  close("}");
}

void ValueText::add_field(const char* name, const ValueType& type, const void* value) {
  if (!next()) return;
  append(name);
  append(": ");
  add(type, value);
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

std::string to_text(const ValueType& type, const void* value) {
  ValueText text;
  text.add(type, value);
  return std::move(text).finish();
}

std::ostream& put_text(std::ostream& stream, const ValueType& type, const void* value) {
  return stream << to_text(type, value);
}

}  // namespace ferrule::wire
