// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "ferrule/wire/generated_struct.h"

// Types as generated code has them, written by hand, so that this room's tests do not need the
// compiler. Their IDL stands above each.

namespace ferrule::test {

// enum Color { kRed = 3, kGreen, kBlue = 9 };
enum class Color : int32_t { kRed = 3, kGreen = 4, kBlue = 9 };

// [Extensible] enum Shade { [Default] kUnknown = -1, kLight = 0, kDark };
enum class Shade : int32_t { kUnknown = -1, kLight = 0, kDark = 1 };

// [Extensible] enum Mood { kGood = 1 };
enum class Mood : int32_t { kGood = 1 };

// struct Point { int32 x; int32 y = -1; };
struct Point {
  int32_t x = 0;
  int32_t y = -1;

  friend bool operator==(const Point&, const Point&) = default;
};

// struct Packed { uint8 a; uint64 b; uint16 c; bool d; uint16 e; uint32 f; bool g; };
struct Packed {
  uint8_t a = 0;
  uint64_t b = 0;
  uint16_t c = 0;
  bool d = false;
  uint16_t e = 0;
  uint32_t f = 0;
  bool g = false;

  friend bool operator==(const Packed&, const Packed&) = default;
};

// struct Maybe { bool? a; int32? b; Color? c; };
struct Maybe {
  std::optional<bool> a;
  std::optional<int32_t> b;
  std::optional<Color> c;

  friend bool operator==(const Maybe&, const Maybe&) = default;
};

// struct Grown {
//   int32 a;
//   [MinVersion=1] string? b;
//   [MinVersion=3] array<int32>? c;
//   [MinVersion=3] bool d = true;
// };
struct Grown {
  int32_t a = 0;
  std::optional<std::string> b;
  std::optional<std::vector<int32_t>> c;
  bool d = true;

  friend bool operator==(const Grown&, const Grown&) = default;
};

// struct Node { int32 value; Node? next; };
struct Node {
  int32_t value = 0;
  Box<Node> next;

  friend bool operator==(const Node&, const Node&) = default;
};

// union Shape { int32 number; string text; Point point; Shape? shape; bool flag; Color color; };
struct Shape {
  std::variant<int32_t, std::string, Point, Box<Shape>, bool, Color> value;

  friend bool operator==(const Shape&, const Shape&) = default;
};

// [Extensible] union Open { [Default] int32 number; handle<platform> descriptor; };
struct Open {
  std::variant<int32_t, UniqueFd> value;
};

// struct Descriptors {
//   int32 a; int64 b; Open first; handle? second; array<handle<platform>> more;
// };
struct Descriptors {
  int32_t a = 0;
  int64_t b = 0;
  Open first;
  std::optional<wire::Handle> second;
  std::vector<UniqueFd> more;
};

// struct Everything { ... };
struct Everything {
  std::string name;
  std::optional<std::string> alias;
  Bytes data;
  std::vector<int16_t> numbers;
  std::vector<bool> bits;
  std::array<double, 2> pair{};
  std::vector<std::optional<Color>> colors;
  std::map<std::string, std::vector<Point>> points;
  std::unordered_map<int32_t, std::optional<bool>> answers;
  std::vector<std::optional<Shape>> shapes;
  Shape shape;
  Box<Node> chain;
  std::optional<Grown> grown;
  Shade shade = Shade::kLight;

  friend bool operator==(const Everything&, const Everything&) = default;
};

/// A value with something in every field.
Everything make_everything();

}  // namespace ferrule::test

namespace ferrule::wire {

template <>
struct EnumTraits<test::Color> {
  static constexpr bool kIsExtensible = false;
  static constexpr bool is_known(int32_t value) { return value == 3 || value == 4 || value == 9; }
  static constexpr test::Color kLowest = test::Color::kRed;
};
template <>
struct EnumTraits<test::Shade> {
  static constexpr bool kIsExtensible = true;
  static constexpr bool is_known(int32_t value) { return value >= -1 && value <= 1; }
  static constexpr test::Shade kDefault = test::Shade::kUnknown;
  static constexpr test::Shade kLowest = test::Shade::kUnknown;
};
template <>
struct EnumTraits<test::Mood> {
  static constexpr bool kIsExtensible = true;
  static constexpr bool is_known(int32_t value) { return value == 1; }
  static constexpr test::Mood kLowest = test::Mood::kGood;
};

#define FERRULE_TEST_STRUCT(Type)                         \
  template <>                                             \
  struct StructTraits<test::Type> {                       \
    static void measure(SizeCounter&, const test::Type&); \
    static void encode(Encoder&, const test::Type&);      \
    static bool decode(Decoder&, size_t at, test::Type&); \
  }
FERRULE_TEST_STRUCT(Point);
FERRULE_TEST_STRUCT(Packed);
FERRULE_TEST_STRUCT(Maybe);
FERRULE_TEST_STRUCT(Grown);
FERRULE_TEST_STRUCT(Node);
FERRULE_TEST_STRUCT(Everything);
#undef FERRULE_TEST_STRUCT

template <>
struct StructTraits<test::Descriptors> {
  static void measure(SizeCounter&, const test::Descriptors&);
  static void encode(Encoder&, test::Descriptors&&);
  static bool decode(Decoder&, size_t at, test::Descriptors&);
};
template <>
struct UnionTraits<test::Shape> {
  static constexpr bool kIsExtensible = false;
  static void measure(SizeCounter&, const test::Shape&);
  static void encode(Encoder&, size_t at, const test::Shape&);
  static bool decode(Decoder&, size_t at, test::Shape&);
};
template <>
struct UnionTraits<test::Open> {
  static constexpr bool kIsExtensible = true;
  static void measure(SizeCounter&, const test::Open&);
  static void encode(Encoder&, size_t at, test::Open&&);
  static bool decode(Decoder&, size_t at, test::Open&);
};

}  // namespace ferrule::wire
