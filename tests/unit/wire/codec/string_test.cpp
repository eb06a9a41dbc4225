// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/string.h"

#include <optional>

#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

TEST(StringCodecTest, WritesAnArrayOfBytesWithoutTerminator) {
  expect_canonical<std::string>("Alice",
                                "[u4]16 [u4]0 [dist8]s [anchr]s [u4]13 [u4]5 "
                                "0x41 0x6c 0x69 0x63 0x65 0 0 0");
  expect_canonical<std::string>("", "[u4]16 [u4]0 [dist8]s [anchr]s [u4]8 [u4]0");
  expect_canonical<std::string>("12345678",
                                "[u4]16 [u4]0 [dist8]s [anchr]s [u4]16 [u4]8 "
                                "0x31 0x32 0x33 0x34 0x35 0x36 0x37 0x38");
}

TEST(StringCodecTest, SendsAViewAsTheSameBytes) {
  EXPECT_EQ(encoded(Field<std::string>{"some text"}), encoded(Field<std::string>{"some text"}));
  wire::SizeCounter size;
  wire::measure(size, std::string_view("some text"));
  EXPECT_EQ(size.num_bytes(), 24U);
}

TEST(StringCodecTest, ReadsNullOnlyWhereItMayBe) {
  expect_canonical<std::optional<std::string>>(std::nullopt, "[u4]16 [u4]0 [u8]0");
  expect_canonical<std::optional<std::string>>("", "[u4]16 [u4]0 [u8]8 [u4]8 [u4]0");
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]0"),
            "field value: UNEXPECTED_NULL_POINTER at byte 8");
}

TEST(StringCodecTest, ChecksUtf8OnBothSides) {
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]8 [u4]10 [u4]2 0xc0 0x80 0 0 0 0 0 0"),
            "field value: DESERIALIZATION_FAILED (not UTF-8) at byte 16");
  EXPECT_EQ(encode_error(Field<std::string>{"\xc0\x80"}), "a string is not UTF-8");
}

TEST(StringCodecTest, ChecksTheArrayBeforeReadingIt) {
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]9 0 [u4]8 [u4]0 0 0 0 0 0 0 0"),
            "field value: MISALIGNED_OBJECT at byte 17");
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]8"),
            "field value: ILLEGAL_MEMORY_RANGE at byte 16");
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]8 [u4]8"),
            "field value: ILLEGAL_MEMORY_RANGE at byte 16");
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]8 [u4]9 [u4]2 0 0"),
            "field value: UNEXPECTED_ARRAY_HEADER at byte 16");
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]8 [u4]0 [u4]0"),
            "field value: UNEXPECTED_ARRAY_HEADER at byte 16");
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]8 [u4]10 [u4]2 0"),
            "field value: ILLEGAL_MEMORY_RANGE at byte 16");
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]8 [u4]0xffffffff [u4]0xffffffff"),
            "field value: UNEXPECTED_ARRAY_HEADER at byte 16");
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]0x100000000"),
            "field value: ILLEGAL_POINTER at byte 8");
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]0xfffffffffffffff8"),
            "field value: ILLEGAL_POINTER at byte 8");
}

TEST(StringCodecTest, TakesAnArrayWithRoomToSpare) {
  EXPECT_EQ(field_result<std::string>("[u4]16 [u4]0 [u8]8 [u4]12 [u4]1 0x61 1 2 3"), "OK");
}

}  // namespace
}  // namespace ferrule::test
