// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/array.h"

#include <optional>
#include <string>

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

TEST(ArrayCodecTest, WritesNumbersWithoutPaddingInTheirSize) {
  expect_canonical<std::vector<int16_t>>({1, -1, 3},
                                         "[u4]16 [u4]0 [u8]8 [u4]14 [u4]3 "
                                         "[s2]1 [s2]-1 [s2]3 [u2]0");
  expect_canonical<std::vector<double>>({0.5}, "[u4]16 [u4]0 [u8]8 [u4]16 [u4]1 [d]0.5");
  expect_canonical<std::vector<uint64_t>>({}, "[u4]16 [u4]0 [u8]8 [u4]8 [u4]0");
}

TEST(ArrayCodecTest, PacksBoolsAsBitsFromTheLowest) {
  expect_canonical<std::vector<bool>>({true, false, true, true, false, false, false, false, true},
                                      "[u4]16 [u4]0 [u8]8 [u4]10 [u4]9 "
                                      "[b]00001101 [b]00000001 0 0 0 0 0 0");
  expect_canonical<std::array<bool, 3>>({true, true, false},
                                        "[u4]16 [u4]0 [u8]8 [u4]9 [u4]3 [b]00000011 0 0 0 [u4]0");
}

TEST(ArrayCodecTest, PutsFlagsOfNullableValuesInFront) {
  expect_canonical<std::vector<std::optional<int32_t>>>(
      {std::nullopt, 5, std::nullopt},
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]3 [b]00000010 0 0 0 [s4]0 [s4]5 [s4]0");
  expect_canonical<std::vector<std::optional<int64_t>>>(
      {-1}, "[u4]16 [u4]0 [u8]8 [u4]24 [u4]1 [b]00000001 0 0 0 [u4]0 [s8]-1");
  expect_canonical<std::vector<std::optional<uint8_t>>>(
      {1, 2, 3, 4, 5, 6, 7, 8, 9},
      "[u4]16 [u4]0 [u8]8 [u4]19 [u4]9 [b]11111111 [b]00000001 1 2 3 4 5 6 7 8 9 0 0 0 0 0");
  expect_canonical<std::vector<std::optional<bool>>>(
      {true, std::nullopt, false},
      "[u4]16 [u4]0 [u8]8 [u4]10 [u4]3 [b]00000101 [b]00000001 0 0 0 0 0 0");
}

TEST(ArrayCodecTest, WritesAKnownEnumWhereNoneIs) {
  expect_canonical<std::vector<std::optional<Color>>>(
      {std::nullopt, Color::kBlue},
      "[u4]16 [u4]0 [u8]8 [u4]20 [u4]2 [b]00000010 0 0 0 [s4]3 [s4]9 [u4]0");
  EXPECT_EQ(field_result<std::vector<std::optional<Color>>>(
                "[u4]16 [u4]0 [u8]8 [u4]20 [u4]2 [b]00000010 0 0 0 [s4]77 [s4]9 [u4]0"),
            "OK");
}

TEST(ArrayCodecTest, NamesTheElementAtFault) {
  EXPECT_EQ(field_result<std::vector<Color>>("[u4]16 [u4]0 [u8]8 [u4]20 [u4]3 [s4]3 [s4]4 [s4]5"
                                             " [u4]0"),
            "field value[2]: UNKNOWN_ENUM_VALUE at byte 32");
  EXPECT_EQ(field_result<std::vector<std::vector<std::string>>>(
                "[u4]16 [u4]0 [u8]8 [u4]16 [u4]1 [u8]8 [u4]24 [u4]2 [u8]16 [u8]0 [u4]8 [u4]0"),
            "field value[0][1]: UNEXPECTED_NULL_POINTER at byte 48");
}

TEST(ArrayCodecTest, WritesTargetsBehindTheWholeArrayInOrder) {
  expect_canonical<std::vector<std::string>>({"a", "", "b"},
                                             "[u4]16 [u4]0 [dist8]v "
                                             "[anchr]v [u4]32 [u4]3 [dist8]0 [dist8]1 [dist8]2 "
                                             "[anchr]0 [u4]9 [u4]1 0x61 0 0 0 [u4]0 "
                                             "[anchr]1 [u4]8 [u4]0 "
                                             "[anchr]2 [u4]9 [u4]1 0x62 0 0 0 [u4]0");
  expect_canonical<std::vector<std::optional<std::string>>>(
      {std::nullopt, "b"},
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]2 [u8]0 [u8]8 [u4]9 [u4]1 0x62 0 0 0 [u4]0");
}

TEST(ArrayCodecTest, RefusesTargetsOutOfOrder) {
  EXPECT_EQ(field_result<std::vector<std::string>>("[u4]16 [u4]0 [dist8]v "
                                                   "[anchr]v [u4]24 [u4]2 [dist8]0 [dist8]1 "
                                                   "[anchr]1 [u4]8 [u4]0 [anchr]0 [u4]8 [u4]0"),
            "field value[1]: ILLEGAL_MEMORY_RANGE at byte 40");
  // Two pointers to one string.
  EXPECT_EQ(field_result<std::vector<std::string>>(
                "[u4]16 [u4]0 [u8]8 [u4]24 [u4]2 [u8]16 [u8]8 [u4]8 [u4]0"),
            "field value[1]: ILLEGAL_MEMORY_RANGE at byte 40");
}

TEST(ArrayCodecTest, HoldsAFixedSizeToItsNumber) {
  using Three = std::array<int16_t, 3>;
  expect_canonical<Three>({1, 2, 3}, "[u4]16 [u4]0 [u8]8 [u4]14 [u4]3 [s2]1 [s2]2 [s2]3 [u2]0");
  EXPECT_EQ(field_result<Three>("[u4]16 [u4]0 [u8]8 [u4]12 [u4]2 [s2]1 [s2]2"),
            "field value: UNEXPECTED_ARRAY_HEADER at byte 16");
  EXPECT_EQ(field_result<Three>("[u4]16 [u4]0 [u8]8 [u4]16 [u4]4 [s2]1 [s2]2 [s2]3 [s2]4"),
            "field value: UNEXPECTED_ARRAY_HEADER at byte 16");
  // The size is judged before the range.
  EXPECT_EQ(field_result<Three>("[u4]16 [u4]0 [u8]8 [u4]1000 [u4]4"),
            "field value: UNEXPECTED_ARRAY_HEADER at byte 16");
  EXPECT_EQ(field_result<Three>("[u4]16 [u4]0 [u8]8 [u4]1000 [u4]3"),
            "field value: ILLEGAL_MEMORY_RANGE at byte 16");
  expect_canonical<std::array<uint8_t, 2>>({7, 8}, "[u4]16 [u4]0 [u8]8 [u4]10 [u4]2 7 8 0 0 [u4]0");
  using Names = std::array<std::string, 1>;
  expect_canonical<Names>({"x"},
                          "[u4]16 [u4]0 [u8]8 [u4]16 [u4]1 [u8]8 [u4]9 [u4]1 0x78 0 0 0 [u4]0");
}

TEST(ArrayCodecTest, CountsBitsAndFlagsInTheNeededSize) {
  EXPECT_EQ(field_result<std::vector<bool>>("[u4]16 [u4]0 [u8]8 [u4]9 [u4]9 0 0 0 0 [u4]0"),
            "field value: UNEXPECTED_ARRAY_HEADER at byte 16");
  EXPECT_EQ(field_result<std::vector<bool>>("[u4]16 [u4]0 [u8]8 [u4]9 [u4]8 0 0 0 0 [u4]0"), "OK");
  EXPECT_EQ(field_result<std::vector<std::optional<int32_t>>>(
                "[u4]16 [u4]0 [u8]8 [u4]12 [u4]1 [u4]1 [u4]0"),
            "field value: UNEXPECTED_ARRAY_HEADER at byte 16");
  EXPECT_EQ(field_result<std::vector<uint64_t>>("[u4]16 [u4]0 [u8]8 [u4]16 [u4]0x20000001 [u8]0"),
            "field value: UNEXPECTED_ARRAY_HEADER at byte 16");
}

TEST(ArrayCodecTest, StandsInArraysAndBehindNull) {
  expect_canonical<std::optional<std::vector<uint8_t>>>(std::nullopt, "[u4]16 [u4]0 [u8]0");
  expect_canonical<std::vector<std::optional<std::vector<uint8_t>>>>(
      {std::nullopt, std::vector<uint8_t>{1}},
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]2 [u8]0 [u8]8 [u4]9 [u4]1 1 0 0 0 [u4]0");
  expect_canonical<std::vector<Point>>(
      {{1, 2}, {3, 4}},
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]2 [dist8]a [dist8]b "
      "[anchr]a [u4]16 [u4]0 [s4]1 [s4]2 [anchr]b [u4]16 [u4]0 [s4]3 [s4]4");
}

// A million null pointers would become a million empty objects.
TEST(ArrayCodecTest, RefusesToAmplify) {
  struct Large {
    std::array<char, 4096> bytes;
  };
  std::vector<wire::Handle> handles;
  const std::vector<uint8_t> bytes(1 << 16);
  wire::Decoder decoder(bytes, handles);
  EXPECT_TRUE(decoder.charge(16, sizeof(Large), 8));
  EXPECT_FALSE(decoder.charge(8192, sizeof(Large), 8));
  EXPECT_EQ(to_string(decoder.failure()),
            "DESERIALIZATION_FAILED (it would take too much memory) at byte 8");

  constexpr uint32_t kCount = 1U << 20;
  std::vector<uint8_t> nulls = wire_bytes("[u4]16 [u4]0 [u8]8 [u4]8388616 [u4]1048576");
  nulls.resize(nulls.size() + 8 * size_t{kCount});
  Field<std::vector<std::optional<Everything>>> read;
  const auto failure = decode(nulls, read);
  EXPECT_EQ(failure.error, wire::ValidationError::kDeserializationFailed);
  EXPECT_TRUE(read.value.empty());
  Field<std::vector<std::optional<std::string>>> cheap;
  EXPECT_EQ(decode(nulls, cheap).error, wire::ValidationError::kNone);
  EXPECT_EQ(cheap.value.size(), kCount);
}

}  // namespace
}  // namespace ferrule::test
