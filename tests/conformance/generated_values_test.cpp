// SPDX-License-Identifier: Apache-2.0
// Generated structs and unions as values: compared, hashed, printed, kept in files.
#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

#include "ferrule/wire/codec/all.h"
#include "ferrule/wire/struct_bytes.h"

#include "hard_names.idl.h"
#include "kitchen_sink.idl.h"
#include "shapes.idl.h"

namespace {

namespace sink = kitchen::sink;
using geometry::shapes::Point;

template <class T>
size_t hash_of(const T& value) {
  return std::hash<T>{}(value);
}

template <class T>
concept Hashable = requires(const T& value) {
  std::hash<T>{}(value);
};
template <class T>
concept Printable = requires(const T& value, std::ostream& stream) {
  stream << value;
  to_string(value);
};

sink::Shelf full_shelf() {
  const sink::Crate crate{.shelf = std::nullopt, .contents = {}, .label = "a"};
  sink::Shelf shelf{.number = 1,
                    .crates = {crate, crate},
                    .by_number = {{7, crate}},
                    .maybe_crates = {std::nullopt, crate},
                    .more_crates = {{crate}},
                    .contents = {{"n", sink::Content::make_nothing("none")}}};
  shelf.crates[0].shelf = sink::Shelf{};
  shelf.crates[1].contents = {{"inner", sink::Content::make_crates({crate, std::nullopt})}};
  return shelf;
}

TEST(GeneratedValueTest, EveryFieldCountsWhenComparing) {
  const sink::Numbers base;
  sink::Numbers other;
  EXPECT_EQ(base, other);
  other.second_flag = true;
  EXPECT_NE(base, other);
  other = base;
  other.colour = geometry::shapes::Colour::kBlue;
  EXPECT_NE(base, other);

  sink::Containers a;
  sink::Containers b;
  EXPECT_EQ(a, b);
  b.nested.emplace();
  EXPECT_NE(a, b) << "an empty map is not none";
}

TEST(GeneratedValueTest, CirclesThroughContainersAreValues) {
  const sink::Shelf shelf = full_shelf();
  sink::Shelf copy = shelf;
  EXPECT_EQ(copy, shelf);
  EXPECT_EQ(hash_of(copy), hash_of(shelf));
  copy.crates[1].contents->at("inner").get_crates()[0]->label = "b";
  EXPECT_NE(copy, shelf);

  const auto bytes = ferrule::to_bytes(shelf);
  ASSERT_TRUE(bytes.ok()) << bytes.error().message();
  const auto back = ferrule::from_bytes<sink::Shelf>(*bytes);
  ASSERT_TRUE(back.ok()) << back.error().message();
  EXPECT_EQ(*back, shelf);

  const sink::Branch branch{
      .number = 1, .branches = {std::nullopt, sink::Branch{}}, .others = {sink::Branch{}}};
  EXPECT_EQ(ferrule::from_bytes<sink::Branch>(*ferrule::to_bytes(branch)).value(), branch);
}

TEST(GeneratedValueTest, EqualValuesHaveEqualHashes) {
  EXPECT_EQ(hash_of(sink::Containers{}), hash_of(sink::Containers{}));
  EXPECT_EQ(hash_of(sink::Texts{}), hash_of(sink::Texts{}));
  sink::Numbers zero;
  sink::Numbers minus_zero;
  zero.f64 = 0.0;
  minus_zero.f64 = -0.0;
  EXPECT_EQ(zero, minus_zero);
  EXPECT_EQ(hash_of(zero), hash_of(minus_zero));

  sink::Containers forwards;
  sink::Containers backwards;
  for (int i = 0; i < 100; ++i) {
    forwards.point_by_name[std::to_string(i)] = {i, i};
    backwards.point_by_name[std::to_string(99 - i)] = {99 - i, 99 - i};
  }
  EXPECT_EQ(forwards, backwards);
  EXPECT_EQ(hash_of(forwards), hash_of(backwards)) << "a hash_map has no order";
}

TEST(GeneratedValueTest, OtherValuesHaveOtherHashes) {
  std::unordered_set<size_t> hashes;
  for (int x = 0; x < 50; ++x) {
    for (int y = 0; y < 50; ++y) hashes.insert(hash_of(Point{x, y}));
  }
  EXPECT_GT(hashes.size(), 2400U);
  EXPECT_NE(hash_of(sink::Choice::make_text("")), hash_of(sink::Choice::make_maybe_text("")));
  EXPECT_NE(hash_of(sink::Choice::make_number(1)), hash_of(sink::Choice::make_number(2)));
  EXPECT_NE(hash_of(sink::Texts{.bytes = {1}}), hash_of(sink::Texts{.bytes = {2}}));
  EXPECT_NE(hash_of(sink::Node{.value = 1, .next = {sink::Node{}}}),
            hash_of(sink::Node{.value = 1}));
}

TEST(GeneratedValueTest, ValuesAreKeysOfHashMaps) {
  std::unordered_map<Point, std::string> names{{{1, 2}, "a"}, {{3, 4}, "b"}};
  EXPECT_EQ(names.at({3, 4}), "b");
  std::unordered_set<sink::Choice> choices{sink::Choice::make_flag(true),
                                           sink::Choice::make_real(0)};
  EXPECT_TRUE(choices.contains(sink::Choice::make_flag(true)));
  EXPECT_FALSE(choices.contains(sink::Choice::make_flag(false)));
}

TEST(GeneratedValueTest, AStructIsTheKeyOfAHashMap) {
  const geometry::shapes::Landmarks landmarks{.names = {{{1, 2}, "a"}, {{3, 4}, "b"}}};
  const auto bytes = ferrule::to_bytes(landmarks);
  const auto back = ferrule::from_bytes<geometry::shapes::Landmarks>(*bytes);
  ASSERT_TRUE(back.ok()) << back.error().message();
  EXPECT_TRUE(*back == landmarks);
  EXPECT_EQ(back->names.at({3, 4}), "b");
  EXPECT_EQ(std::hash<geometry::shapes::Landmarks>{}(*back),
            std::hash<geometry::shapes::Landmarks>{}(landmarks));
}

TEST(GeneratedValueTest, WhatCarriesHandlesIsNoValue) {
  EXPECT_TRUE(Hashable<Point> && Printable<Point> && std::equality_comparable<Point>);
  EXPECT_TRUE(Printable<sink::Choice>);
  EXPECT_FALSE(Hashable<sink::Handles>);
  EXPECT_FALSE(Printable<sink::Handles>);
  EXPECT_FALSE(std::equality_comparable<sink::Carrier>);
}

TEST(GeneratedTextTest, NamesAndValuesOfAllFields) {
  EXPECT_EQ(to_string(Point{1, -2}), "Point{x: 1, y: -2}");
  EXPECT_EQ(to_string(sink::Empty{}), "Empty{}");
  EXPECT_EQ(to_string(sink::Outer{}), R"(Outer{kind: kSquare, limit: 100, title: "outer"})");
  EXPECT_EQ(to_string(sink::Choice::make_number(3)), "Choice{number: 3}");
  EXPECT_EQ(to_string(sink::Node{.value = 1, .next = {sink::Node{.value = 2}}}),
            "Node{value: 1, next: Node{value: 2, next: null}}");
  EXPECT_EQ(to_string(sink::Negation::make_name("x")), R"(Negation{name: "x"})");
  EXPECT_EQ(to_string(sink::Shuffled{.last = "z", .first = 1, .third = true, .second = 2}),
            R"(Shuffled{last: "z", first: 1, third: true, second: 2})");
  std::ostringstream stream;
  stream << Point{5, 6} << ' ' << sink::Choice::make_flag(true);
  EXPECT_EQ(stream.str(), "Point{x: 5, y: 6} Choice{flag: true}");
}

TEST(GeneratedTextTest, Containers) {
  const sink::Containers containers{.bools = {true, false},
                                    .maybe_numbers = {1, std::nullopt},
                                    .blobs = {{1, 255}, {}},
                                    .ages = {{"Ann", 30}, {"Bob", 31}},
                                    .name_by_point = {{{1, 2}, "a"}}};
  const std::string text = to_string(containers);
  EXPECT_NE(text.find("{bools: [true, false], numbers: [], vector: [0, 0, 0], "), std::string::npos)
      << text;
  EXPECT_NE(text.find("maybe_numbers: [1, null]"), std::string::npos) << text;
  EXPECT_NE(text.find("blobs: [<01ff> (2 bytes), <> (0 bytes)]"), std::string::npos) << text;
  EXPECT_NE(text.find(R"(ages: {"Ann": 30, "Bob": 31})"), std::string::npos) << text;
  EXPECT_NE(text.find(R"(name_by_point: {Point{x: 1, y: 2}: "a"})"), std::string::npos) << text;
}

TEST(GeneratedTextTest, AnUnknownEnumShowsItsNumber) {
  const sink::Extensibles value{.signal = static_cast<sink::Signal>(77)};
  EXPECT_NE(to_string(value).find("signal: unknown 77"), std::string::npos) << to_string(value);
}

TEST(GeneratedTextTest, TextIsEscaped) {
  const std::string text = to_string(sink::Texts{.plain = "a\"b\\c\nd\x1b[31m gr\xc3\xbcn"});
  EXPECT_NE(text.find("plain: \"a\\\"b\\\\c\\nd\\x1b[31m gr\xc3\xbcn\""), std::string::npos)
      << text;
}

TEST(GeneratedTextTest, LongStringsAndArraysShowTheirBeginningAndLength) {
  // The 256th byte is in the middle of a character.
  const std::string text =
      to_string(sink::Outer{.title = std::string(255, 'x') + "\xc3\xbc" + std::string(743, 'y')});
  EXPECT_NE(text.find("x\"... (1000 bytes)"), std::string::npos) << text;
  EXPECT_EQ(text.find('\xc3'), std::string::npos) << text;

  const std::string numbers = to_string(sink::Containers{.numbers = std::vector<int32_t>(1000, 7)});
  EXPECT_NE(numbers.find("7, 7, ... (1000 elements)]"), std::string::npos) << numbers;
  EXPECT_EQ(std::ranges::count(numbers, '7'), 32);
  const std::string bytes =
      to_string(sink::Texts{.bytes = ferrule::Bytes(std::vector<uint8_t>(99))});
  EXPECT_NE(bytes.find("00...> (99 bytes)"), std::string::npos) << bytes;
}

TEST(GeneratedTextTest, TheWholeIsBounded) {
  sink::Tree tree{.name = std::string(200, 'n')};
  for (int depth = 0; depth < 2; ++depth) {
    sink::Tree parent{.name = "p"};
    parent.children.assign(30, tree);
    tree = std::move(parent);
  }
  const std::string text = to_string(tree);
  EXPECT_LE(text.size(), 4096U);
  EXPECT_GT(text.size(), 4000U);
  EXPECT_TRUE(text.ends_with("..."));
}

}  // namespace
