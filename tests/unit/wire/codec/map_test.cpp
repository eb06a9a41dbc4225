// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/map.h"

#include <optional>
#include <string>

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

using Numbers = std::map<uint8_t, int16_t>;
using Names = std::map<std::string, std::string>;

TEST(MapCodecTest, WritesKeysThenValues) {
  expect_canonical<Numbers>({{1, -1}, {2, -2}},
                            "[u4]16 [u4]0 [dist8]m "
                            "[anchr]m [u4]24 [u4]0 [dist8]k [dist8]v "
                            "[anchr]k [u4]10 [u4]2 1 2 0 0 [u4]0 "
                            "[anchr]v [u4]12 [u4]2 [s2]-1 [s2]-2 [u4]0");
  expect_canonical<Numbers>({},
                            "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [u8]16 [u8]16 "
                            "[u4]8 [u4]0 [u4]8 [u4]0");
}

TEST(MapCodecTest, WritesWhatKeysPointToBeforeTheValues) {
  expect_canonical<Names>(
      {{"a", "x"}, {"b", "y"}},
      "[u4]16 [u4]0 [dist8]m "
      "[anchr]m [u4]24 [u4]0 [dist8]k [dist8]v "
      "[anchr]k [u4]24 [u4]2 [dist8]a [dist8]b "
      "[anchr]a [u4]9 [u4]1 0x61 0 0 0 [u4]0 [anchr]b [u4]9 [u4]1 0x62 0 0 0 [u4]0 "
      "[anchr]v [u4]24 [u4]2 [dist8]x [dist8]y "
      "[anchr]x [u4]9 [u4]1 0x78 0 0 0 [u4]0 [anchr]y [u4]9 [u4]1 0x79 0 0 0 [u4]0");
}

TEST(MapCodecTest, TakesBoolsAndNullableValues) {
  expect_canonical<std::map<bool, std::optional<bool>>>(
      {{false, std::nullopt}, {true, true}},
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
      "[anchr]k [u4]9 [u4]2 [b]00000010 0 0 0 [u4]0 "
      "[anchr]v [u4]10 [u4]2 [b]00000010 [b]00000010 0 0 [u4]0");
  expect_canonical<std::map<Color, std::optional<int32_t>>>(
      {{Color::kRed, 7}},
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
      "[anchr]k [u4]12 [u4]1 [s4]3 [u4]0 [anchr]v [u4]16 [u4]1 [u4]1 [s4]7");
}

TEST(MapCodecTest, ReadsAHashMapFromTheSameBytes) {
  using Table = std::unordered_map<uint8_t, int16_t>;
  Field<Table> read;
  EXPECT_EQ(decode(encoded(Field<Numbers>{{{1, -1}, {2, -2}}}), read).error,
            wire::ValidationError::kNone);
  EXPECT_EQ(read.value, (Table{{1, -1}, {2, -2}}));
  Field<Numbers> back;
  EXPECT_EQ(decode(encoded(read), back).error, wire::ValidationError::kNone);
  EXPECT_EQ(back.value, (Numbers{{1, -1}, {2, -2}}));
}

TEST(MapCodecTest, ReadsKeysInAnyOrder) {
  Field<Numbers> read;
  decode(wire_bytes("[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
                    "[anchr]k [u4]11 [u4]3 9 1 5 0 [u4]0 "
                    "[anchr]v [u4]14 [u4]3 [s2]9 [s2]1 [s2]5 [u2]0"),
         read);
  EXPECT_EQ(read.value, (Numbers{{1, 1}, {5, 5}, {9, 9}}));
}

TEST(MapCodecTest, MovesHandles) {
  Field<std::map<std::string, UniqueFd>> field;
  field.value.emplace("a", ::open("/dev/null", O_RDONLY));
  field.value.emplace("b", ::open("/dev/null", O_RDONLY));
  const int number = field.value["b"].get();
  auto message = encode(std::move(field));
  ASSERT_TRUE(message);
  Field<std::map<std::string, UniqueFd>> read;
  EXPECT_EQ(decode(message->buffer().bytes(), read, std::move(message->handles())).error,
            wire::ValidationError::kNone);
  EXPECT_TRUE(read.value["a"].is_valid());
  EXPECT_EQ(read.value["b"].get(), number);
}

TEST(MapCodecTest, ChecksItsHeaderAndPointers) {
  EXPECT_EQ(field_result<Numbers>("[u4]16 [u4]0 [u8]8 [u4]16 [u4]0 [u8]0"),
            "field value: UNEXPECTED_STRUCT_HEADER at byte 16");
  EXPECT_EQ(field_result<Numbers>("[u4]16 [u4]0 [u8]8 [u4]32 [u4]0 [u8]0 [u8]0 [u8]0"),
            "field value: UNEXPECTED_STRUCT_HEADER at byte 16");
  EXPECT_EQ(field_result<Numbers>("[u4]16 [u4]0 [u8]8 [u4]24 [u4]1 [u8]0 [u8]0"),
            "field value: UNEXPECTED_STRUCT_HEADER at byte 16");
  EXPECT_EQ(field_result<Numbers>("[u4]16 [u4]0 [u8]8 [u4]7 [u4]0 [u8]0 [u8]0"),
            "field value: UNEXPECTED_STRUCT_HEADER at byte 16");
  EXPECT_EQ(field_result<Numbers>("[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [u8]0"),
            "field value: ILLEGAL_MEMORY_RANGE at byte 16");
  EXPECT_EQ(field_result<Numbers>("[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [u8]0 [u8]8 [u4]8 [u4]0"),
            "field value.keys: UNEXPECTED_NULL_POINTER at byte 24");
  EXPECT_EQ(field_result<Numbers>("[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [u8]16 [u8]0 [u4]8 [u4]0"),
            "field value.values: UNEXPECTED_NULL_POINTER at byte 32");
}

TEST(MapCodecTest, WantsAsManyValuesAsKeys) {
  EXPECT_EQ(field_result<Numbers>("[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
                                  "[anchr]k [u4]10 [u4]2 1 2 0 0 [u4]0 "
                                  "[anchr]v [u4]10 [u4]1 [s2]-1 [u2]0 [u4]0"),
            "field value.values: DIFFERENT_SIZED_ARRAYS_IN_MAP at byte 32");
  EXPECT_EQ(field_result<Numbers>("[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
                                  "[anchr]k [u4]9 [u4]1 1 0 0 0 [u4]0 "
                                  "[anchr]v [u4]12 [u4]2 [s2]-1 [s2]-1 [u4]0"),
            "field value.values: DIFFERENT_SIZED_ARRAYS_IN_MAP at byte 32");
}

// Values are looked at before they are counted.
TEST(MapCodecTest, FindsABadValueFirst) {
  EXPECT_EQ(
      (field_result<std::map<uint8_t, Color>>("[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
                                              "[anchr]k [u4]9 [u4]1 1 0 0 0 [u4]0 "
                                              "[anchr]v [u4]16 [u4]2 [s4]3 [s4]5")),
      "field value.values[1]: UNKNOWN_ENUM_VALUE at byte 68");
}

TEST(MapCodecTest, RefusesAKeyThatComesTwice) {
  const char* twice =
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
      "[anchr]k [u4]10 [u4]2 1 1 0 0 [u4]0 [anchr]v [u4]12 [u4]2 [s2]-1 [s2]-2 [u4]0";
  EXPECT_EQ(field_result<Numbers>(twice),
            "field value.values[1]: DESERIALIZATION_FAILED (a key comes twice) at byte 32");
  EXPECT_EQ((field_result<std::unordered_map<uint8_t, int16_t>>(twice)),
            "field value.values[1]: DESERIALIZATION_FAILED (a key comes twice) at byte 32");
}

TEST(MapCodecTest, ReadsKeysThatAreNumbers) {
  expect_canonical<std::map<float, bool>>(
      {{-1.5F, true}, {2.0F, false}},
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
      "[anchr]k [u4]16 [u4]2 [f]-1.5 [f]2 [anchr]v [u4]9 [u4]2 [u8]1");
}

// Numbers as values are written while the keys are walked over: they may have to move from where
// they were put aside, by any distance, and what follows must not suffer.
TEST(MapCodecTest, WritesNumbersOfEverySizeAndWhatFollows) {
  expect_canonical<std::map<uint8_t, uint8_t>>(
      {{1, 4}, {2, 5}, {3, 6}},
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
      "[anchr]k [u4]11 [u4]3 1 2 3 0 [u4]0 [anchr]v [u4]11 [u4]3 4 5 6 0 [u4]0");
  expect_canonical<std::map<uint8_t, int32_t>>(
      {{1, 4}, {2, 5}, {3, -6}},
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
      "[anchr]k [u4]11 [u4]3 1 2 3 0 [u4]0 [anchr]v [u4]20 [u4]3 [s4]4 [s4]5 [s4]-6 [u4]0");
  expect_canonical<std::vector<std::map<uint8_t, double>>>(
      {{{1, 0.5}, {2, -2}}, {}, {{7, 8.25}}},
      "[u4]16 [u4]0 [u8]8 [u4]32 [u4]3 [dist8]a [dist8]b [dist8]c "
      "[anchr]a [u4]24 [u4]0 [u8]16 [u8]24 [u4]10 [u4]2 1 2 0 0 [u4]0 [u4]24 [u4]2 [d]0.5 [d]-2 "
      "[anchr]b [u4]24 [u4]0 [u8]16 [u8]16 [u4]8 [u4]0 [u4]8 [u4]0 "
      "[anchr]c [u4]24 [u4]0 [u8]16 [u8]24 [u4]9 [u4]1 7 0 0 0 [u4]0 [u4]16 [u4]1 [d]8.25");
}

TEST(MapCodecTest, RefusesAKeyThatIsNotANumber) {
  EXPECT_EQ(
      (field_result<std::map<float, bool>>("[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
                                           "[anchr]k [u4]12 [u4]1 [f]nan [u4]0 "
                                           "[anchr]v [u4]9 [u4]1 [u8]1")),
      "field value.values[0]: DESERIALIZATION_FAILED (a key is not a number) at byte 32");
}

TEST(MapCodecTest, RefusesKeysChosenToCollide) {
  struct SameHash {
    size_t operator()(uint32_t) const { return 1; }
  };
  using Slow = std::unordered_map<uint32_t, bool, SameHash>;
  Field<std::map<uint32_t, bool>> keys;
  for (uint32_t i = 0; i < 300; ++i) keys.value[i] = true;
  Field<Slow> read;
  EXPECT_EQ(decode(encoded(keys), read).error, wire::ValidationError::kNone);  // small: harmless
  for (uint32_t i = 0; i < 20000; ++i) keys.value[i] = true;
  const auto failure = decode(encoded(keys), read);
  EXPECT_EQ(failure.error, wire::ValidationError::kDeserializationFailed);
  EXPECT_EQ(failure.detail, "too many keys collide");
  EXPECT_LT(read.value.size(), 1000U);
  Field<std::unordered_map<uint32_t, bool>> fast;
  EXPECT_EQ(decode(encoded(keys), fast).error, wire::ValidationError::kNone);
  EXPECT_EQ(fast.value.size(), 20000U);
}

}  // namespace
}  // namespace ferrule::test
