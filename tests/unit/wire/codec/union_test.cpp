// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/union.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

TEST(UnionCodecTest, StandsInItsPlaceWithSixteenBytes) {
  expect_canonical<Shape>({int32_t{-5}}, "[u4]24 [u4]0 [u4]16 [u4]0 [s4]-5 [u4]0");
  expect_canonical<Shape>({true}, "[u4]24 [u4]0 [u4]16 [u4]4 [b]00000001 0 0 0 [u4]0");
  expect_canonical<Shape>({Color::kBlue}, "[u4]24 [u4]0 [u4]16 [u4]5 [s4]9 [u4]0");
  expect_canonical<Shape>({"x"}, "[u4]24 [u4]0 [u4]16 [u4]1 [u8]8 [u4]9 [u4]1 0x78 0 0 0 [u4]0");
  expect_canonical<Shape>({Point{1, 2}},
                          "[u4]24 [u4]0 [u4]16 [u4]2 [u8]8 [u4]16 [u4]0 [s4]1 [s4]2");
}

TEST(UnionCodecTest, StandsBehindAPointerInAUnion) {
  expect_canonical<Shape>({Box<Shape>(Shape{int32_t{7}})},
                          "[u4]24 [u4]0 [u4]16 [u4]3 [u8]8 [u4]16 [u4]0 [s4]7 [u4]0");
  expect_canonical<Shape>({Box<Shape>()}, "[u4]24 [u4]0 [u4]16 [u4]3 [u8]0");
  expect_canonical<Shape>({Box<Shape>(Shape{"x"})},
                          "[u4]24 [u4]0 [u4]16 [u4]3 [u8]8 [u4]16 [u4]1 [u8]8 "
                          "[u4]9 [u4]1 0x78 0 0 0 [u4]0");
}

TEST(UnionCodecTest, IsZeroWhereItIsNull) {
  expect_canonical<std::optional<Shape>>(std::nullopt, "[u4]24 [u4]0 [u8]0 [u8]0");
  expect_canonical<std::vector<std::optional<Shape>>>(
      {std::nullopt, Shape{true}},
      "[u4]16 [u4]0 [u8]8 [u4]40 [u4]2 [u8]0 [u8]0 [u4]16 [u4]4 [u8]1");
  EXPECT_EQ(field_result<Shape>("[u4]24 [u4]0 [u8]0 [u8]0"),
            "field value: UNEXPECTED_NULL_POINTER at byte 8");
}

TEST(UnionCodecTest, HasASizeOfSixteen) {
  EXPECT_EQ(field_result<Shape>("[u4]24 [u4]0 [u4]8 [u4]0 [u8]0"),
            "field value: ILLEGAL_MEMORY_RANGE at byte 8");
  EXPECT_EQ(field_result<Shape>("[u4]24 [u4]0 [u4]16 [u4]3 [u8]8 [u4]0 [u4]0 [u8]0"),
            "field value.shape: ILLEGAL_MEMORY_RANGE at byte 24");
  EXPECT_EQ(field_result<Shape>("[u4]24 [u4]0 [u4]16 [u4]3 [u8]8 [u4]16 [u4]0"),
            "field value.shape: ILLEGAL_MEMORY_RANGE at byte 24");
  EXPECT_EQ(field_result<Shape>("[u4]24 [u4]0 [u4]16 [u4]3 [u8]12 [u4]0 [u4]16 [u4]0 [u8]0"),
            "field value.shape: MISALIGNED_OBJECT at byte 28");
}

TEST(UnionCodecTest, RefusesAnUnknownTag) {
  EXPECT_EQ(field_result<Shape>("[u4]24 [u4]0 [u4]16 [u4]6 [u8]0"),
            "field value: UNKNOWN_UNION_TAG at byte 12");
  EXPECT_EQ(field_result<std::optional<Shape>>("[u4]24 [u4]0 [u4]16 [u4]0xffffffff [u8]0"),
            "field value: UNKNOWN_UNION_TAG at byte 12");
}

TEST(UnionCodecTest, ReadsAnUnknownTagOfAnExtensibleUnionAsItsDefault) {
  Field<Open> read;
  EXPECT_EQ(decode(wire_bytes("[u4]24 [u4]0 [u4]16 [u4]77 [u8]0x123456789"), read).error,
            wire::ValidationError::kNone);
  EXPECT_EQ(std::get<0>(read.value.value), 0);
}

TEST(UnionCodecTest, ChecksTheMemberThatIsSet) {
  EXPECT_EQ(field_result<Shape>("[u4]24 [u4]0 [u4]16 [u4]5 [s4]8 [u4]0"),
            "field value.color: UNKNOWN_ENUM_VALUE at byte 16");
  EXPECT_EQ(field_result<Shape>("[u4]24 [u4]0 [u4]16 [u4]1 [u8]0"),
            "field value.text: UNEXPECTED_NULL_POINTER at byte 16");
}

// Each union in a union is one level, whether it is inline or not.
TEST(UnionCodecTest, CountsAsALevelOfNesting) {
  Shape shape{true};
  for (uint32_t i = 1; i < wire::kMaxDepth; ++i) shape = Shape{Box<Shape>(std::move(shape))};
  Field<Shape> read;
  EXPECT_EQ(decode(encoded(Field<Shape>{shape}), read).error, wire::ValidationError::kNone);
  EXPECT_EQ(read.value, shape);
  std::string too_deep = "[u4]24 [u4]0 ";
  for (uint32_t i = 0; i < wire::kMaxDepth; ++i) too_deep += "[u4]16 [u4]3 [u8]8 ";
  too_deep += "[u4]16 [u4]4 [u8]1";
  EXPECT_EQ(decode(wire_bytes(too_deep), read).error, wire::ValidationError::kMaxRecursionDepth);
  EXPECT_THAT(encode_error(Field<Shape>{Shape{Box<Shape>(std::move(shape))}}),
              testing::HasSubstr("too deeply"));
}

}  // namespace
}  // namespace ferrule::test
