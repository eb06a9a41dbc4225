// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

// Types of an application that knows nothing of Ferrule.
namespace my {

enum class Level : uint8_t { low = 10, high = 20 };

class Rect {
 public:
  int32_t left = 0;
  int32_t top = 0;
  uint32_t width = 0;
  uint32_t height = 0;
  bool is_filled = false;
  std::optional<double> weight;
  std::optional<std::string> name;
  std::vector<uint8_t> pixels;
  std::vector<int32_t> points;
  Level level = Level::low;

  friend bool operator==(const Rect&, const Rect&) = default;
};

struct Shape {
  std::variant<bool, Rect, std::string, std::vector<Shape>> value;

  friend bool operator==(const Shape& a, const Shape& b) { return a.value == b.value; }
};

struct Blob {
  std::string text;
  friend bool operator==(const Blob&, const Blob&) = default;
};

/// Three digits.
struct Code {
  int digits = 100;
  friend bool operator==(const Code&, const Code&) = default;
};

}  // namespace my
