// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule::test {

/// The bytes of one message, and how many handles travel with it.
struct WireText {
  std::vector<uint8_t> bytes;
  size_t num_handles = 0;
};

/// Reads the notation of tests/wire_corpus (its README describes it), which is that of the
/// published mojom validator's cases:
///
///   [dist4]params [u4]0 [s4]-1 [anchr]params      // a struct of 12 bytes
///
/// Used once: construct, then `parse`. Throws std::invalid_argument, with the item, on any error.
class WireTextReader {
 public:
  explicit WireTextReader(std::string_view text) : text_(text) {}

  WireText parse() {
    while (skip_space()) read_item(next_word());
    if (!waiting_.empty()) refuse("a distance without its anchor: " + waiting_.begin()->first);
    return std::move(out_);
  }

 private:
  struct Distance {
    size_t at = 0;
    size_t num_bytes = 0;
  };

  [[noreturn]] static void refuse(const std::string& what) { throw std::invalid_argument(what); }
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  // True if an item follows.
  bool skip_space() {
    while (position_ < text_.size()) {
      if (text_.substr(position_, 2) == "//") {
        position_ = std::min(text_.find_first_of("\r\n", position_), text_.size());
      } else if (is_space(text_[position_])) {
        ++position_;
      } else {
        return true;
      }
    }
    return false;
  }

  std::string next_word() {
    const size_t begin = position_;
    while (position_ < text_.size() && !is_space(text_[position_]) &&
           text_.substr(position_, 2) != "//") {
      ++position_;
    }
    return std::string(text_.substr(begin, position_ - begin));
  }

  void read_item(const std::string& word) {
    const size_t end = word.front() == '[' ? word.find(']') : std::string::npos;
    const std::string type = end == std::string::npos ? "u1" : word.substr(1, end - 1);
    const std::string value = end == std::string::npos ? word : word.substr(end + 1);
    if (value.empty()) refuse(word);
    if (type == "anchr") return put_anchor(value);
    if (type == "dist4" || type == "dist8") return put_distance(value, type == "dist4" ? 4 : 8);
    if (type == "handles") return put_handles(value);
    if (type == "b") return put_bits(value);
    if (type == "f") return put_number(static_cast<float>(to_double(value)));
    if (type == "d") return put_number(to_double(value));
    if (type.size() == 2 && type[0] == 'u') return put_unsigned(value, type[1]);
    if (type.size() == 2 && type[0] == 's') return put_signed(value, type[1]);
    refuse(word);
  }

  static double to_double(const std::string& value) {
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (*end != '\0') refuse(value);
    return number;
  }

  static size_t width_of(char digit, const std::string& value) {
    if (digit != '1' && digit != '2' && digit != '4' && digit != '8') refuse(value);
    return static_cast<size_t>(digit - '0');
  }

  static uint64_t to_unsigned(const std::string& value) {
    const bool is_hex = value.find_first_of("xX") != std::string::npos;
    if (is_hex && (value.size() < 3 || value[0] != '0')) refuse(value);
    const char* begin = value.data() + (is_hex ? 2 : 0);
    const char* end = value.data() + value.size();
    uint64_t number = 0;
    const auto [stop, error] = std::from_chars(begin, end, number, is_hex ? 16 : 10);
    if (error != std::errc() || stop != end) refuse(value);
    return number;
  }

  void put_unsigned(const std::string& value, char digit) {
    const size_t width = width_of(digit, value);
    const uint64_t number = to_unsigned(value);
    if (width < 8 && number >> (8 * width) != 0) refuse(value);
    put(&number, width);
  }

  void put_signed(const std::string& value, char digit) {
    const size_t width = width_of(digit, value);
    char* end = nullptr;
    errno = 0;
    const int64_t number = std::strtoll(value.c_str(), &end, 0);
    const int64_t limit =
        width == 8 ? std::numeric_limits<int64_t>::max() : (int64_t{1} << (8 * width - 1)) - 1;
    if (*end != '\0' || errno != 0 || number > limit || number < -limit - 1) refuse(value);
    put(&number, width);
  }

  void put_bits(const std::string& value) {
    if (value.size() != 8 || value.find_first_not_of("01") != std::string::npos) refuse(value);
    uint8_t byte = 0;
    for (const char bit : value) byte = static_cast<uint8_t>(byte << 1 | (bit == '1'));
    put(&byte, 1);
  }

  void put_distance(const std::string& name, size_t num_bytes) {
    if (!names_.insert(name).second) refuse("used twice: " + name);
    waiting_[name] = {out_.bytes.size(), num_bytes};
    const uint64_t zero = 0;
    put(&zero, num_bytes);
  }

  void put_anchor(const std::string& name) {
    const auto found = waiting_.find(name);
    if (found == waiting_.end()) refuse("an anchor without its distance: " + name);
    const uint64_t distance = out_.bytes.size() - found->second.at;
    std::memcpy(out_.bytes.data() + found->second.at, &distance, found->second.num_bytes);
    waiting_.erase(found);
  }

  void put_handles(const std::string& value) {
    if (!out_.bytes.empty() || has_handles_) refuse("[handles] must come first");
    has_handles_ = true;
    out_.num_handles = static_cast<size_t>(to_unsigned(value));
  }

  template <class Number>
  void put_number(Number number) {
    put(&number, sizeof(number));
  }
  void put(const void* bytes, size_t num_bytes) {
    const auto* begin = static_cast<const uint8_t*>(bytes);
    out_.bytes.insert(out_.bytes.end(), begin, begin + num_bytes);
  }

  std::string_view text_;
  size_t position_ = 0;
  bool has_handles_ = false;
  std::map<std::string, Distance> waiting_;
  std::set<std::string> names_;
  WireText out_;
};

inline WireText parse_wire_text(std::string_view text) { return WireTextReader(text).parse(); }

/// The bytes of a text without handles.
inline std::vector<uint8_t> wire_bytes(std::string_view text) {
  return parse_wire_text(text).bytes;
}

}  // namespace ferrule::test
