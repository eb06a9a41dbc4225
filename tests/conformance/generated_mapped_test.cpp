// SPDX-License-Identifier: Apache-2.0
// Types that a mapping chose instead of generated ones: the same bytes, and values that are
// refused.
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "ferrule/wire/codec/all.h"
#include "ferrule/wire/struct_bytes.h"
#include "ferrule/bindings/reply.h"

#include "idl_mapped/mapped_traits.h"
#include "mapped.idl.h"
#include "texts.idl.h"

namespace {

my::Rect rect(uint32_t width) {
  return {.left = -1,
          .top = 2,
          .width = width,
          .height = 4,
          .is_filled = true,
          .weight = 0.5,
          .name = "r",
          .pixels = {1, 2, 255},
          .points = {-7, 8},
          .level = my::Level::high};
}

mapped::Scene scene() {
  return {.rect = rect(1),
          .maybe_rect = rect(2),
          .rects = {rect(3), my::Rect{}},
          .maybe_rects = {std::nullopt, rect(4)},
          .by_level = {{my::Level::high, rect(5)}},
          .level = my::Level::high,
          .maybe_level = my::Level::low,
          .levels = {my::Level::high, std::nullopt},
          .shape = {rect(6)},
          .maybe_shape = my::Shape{"path"},
          .shapes = {{1, {true}}, {2, {std::vector<my::Shape>{{"a"}, {rect(7)}}}}},
          .blob = {"blob"},
          .maybe_blob = my::Blob{},
          .code = {999},
          .maybe_code = my::Code{},
          .last = 42};
}

/// What the reader of a scene that is `sent` says.
std::string refusal(const mapped::Scene& sent) {
  const auto bytes = ferrule::to_bytes(sent);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message();
  const auto back = ferrule::from_bytes<mapped::Scene>(*bytes);
  return back.ok() ? "accepted" : back.error().message();
}

void expect_refused(const mapped::Scene& sent, const std::string& path) {
  const std::string text = refusal(sent);
  EXPECT_NE(text.find("DESERIALIZATION_FAILED"), std::string::npos) << text;
  EXPECT_NE(text.find(path + ":"), std::string::npos) << text;
}

TEST(MappedTypeTest, FieldsHaveTheChosenTypes) {
  EXPECT_TRUE((std::is_same_v<decltype(mapped::Scene::rect), my::Rect>));
  EXPECT_TRUE(
      (std::is_same_v<decltype(mapped::Scene::levels), std::vector<std::optional<my::Level>>>));
  EXPECT_TRUE((std::is_same_v<decltype(mapped::Scene::code), my::Code>));
  EXPECT_TRUE((std::is_same_v<decltype(mapped::Rect::level), my::Level>));
  EXPECT_TRUE((std::is_same_v<decltype(mapped::texts::Labels::one), my::Text>));
}

TEST(MappedTypeTest, TheyComeBackInEveryPosition) {
  const mapped::Scene sent = scene();
  const auto back = ferrule::from_bytes<mapped::Scene>(*ferrule::to_bytes(sent));
  ASSERT_TRUE(back.ok()) << back.error().message();
  EXPECT_TRUE(*back == sent);
}

TEST(MappedTypeTest, TheBytesAreThoseOfTheGeneratedStruct) {
  const my::Rect own = rect(3);
  const mapped::Rect plain{.x = -1,
                           .y = 2,
                           .width = 3,
                           .height = 4,
                           .is_filled = true,
                           .weight = 0.5,
                           .name = "r",
                           .pixels = {1, 2, 255},
                           .points = {-7, 8},
                           .level = my::Level::high};
  EXPECT_EQ(*ferrule::to_bytes(own), *ferrule::to_bytes(plain));
  EXPECT_EQ(ferrule::from_bytes<my::Rect>(*ferrule::to_bytes(plain)).value(), own);
}

TEST(MappedTypeTest, ARefusedValueIsABadMessageThatNamesItsField) {
  EXPECT_EQ(refusal(scene()), "accepted");
  mapped::Scene sent = scene();
  sent.rects[1].width = 1001;
  expect_refused(sent, "rects[1]");
  sent = scene();
  sent.shapes[2] = {std::vector<my::Shape>{{"a"}, {""}}};
  expect_refused(sent, "shapes.values[1].inside[1]");
  sent = scene();
  sent.maybe_shape = my::Shape{rect(2000)};
  expect_refused(sent, "maybe_shape.rect");
  sent = scene();
  sent.blob.text = "much too long";
  expect_refused(sent, "blob");
  sent = scene();
  sent.maybe_code = my::Code{99};
  expect_refused(sent, "maybe_code");
}

TEST(MappedTypeTest, ARefusedEnumIsNamedToo) {
  mapped::Scene sent = scene();
  const auto bytes = ferrule::to_bytes(sent);
  ASSERT_TRUE(bytes.ok());
  std::vector<uint8_t> changed(bytes->begin(), bytes->end());
  // `level` is the first value behind the five pointers.
  ASSERT_EQ(changed[48], 1);
  changed[48] = 2;
  const auto back = ferrule::from_bytes<mapped::Scene>(changed);
  ASSERT_FALSE(back.ok());
  EXPECT_NE(back.error().message().find("field level: DESERIALIZATION_FAILED"), std::string::npos)
      << back.error().message();
}

TEST(MappedTypeTest, Strings) {
  const mapped::texts::Labels sent{
      .one = {"a"}, .maybe = my::Text{"b"}, .all = {{""}, {"c"}}, .by_number = {{1, {"d"}}}};
  const auto back = ferrule::from_bytes<mapped::texts::Labels>(*ferrule::to_bytes(sent));
  ASSERT_TRUE(back.ok()) << back.error().message();
  EXPECT_EQ(*back, sent);

  mapped::texts::Labels bad = sent;
  bad.all[1] = {"two words"};
  const auto refused = ferrule::from_bytes<mapped::texts::Labels>(*ferrule::to_bytes(bad));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("field all[1]: DESERIALIZATION_FAILED"),
            std::string::npos)
      << refused.error().message();
}

class Painter final : public mapped::Painter {
 public:
  void Paint(my::Rect rect, my::Level, std::optional<my::Shape>,
             ferrule::Reply<my::Rect, my::Code> reply) override {
    reply(std::move(rect), my::Code{});
  }
};

TEST(MappedTypeTest, InterfacesTakeThem) { EXPECT_TRUE(std::is_default_constructible_v<Painter>); }

TEST(MappedTypeTest, ATypeWithoutHashOrTextDoesNotHideTheOthers) {
  mapped::Scene one = scene();
  mapped::Scene other = scene();
  EXPECT_EQ(std::hash<mapped::Scene>{}(one), std::hash<mapped::Scene>{}(other));
  other.last = 43;
  EXPECT_NE(std::hash<mapped::Scene>{}(one), std::hash<mapped::Scene>{}(other));
  EXPECT_NE(to_string(one).find("last: 42"), std::string::npos) << to_string(one);
}

}  // namespace
