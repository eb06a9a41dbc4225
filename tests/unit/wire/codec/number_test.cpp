// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/number.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

TEST(NumberCodecTest, WritesEverySizeLittleEndian) {
  expect_canonical<int8_t>(-2, "[u4]16 [u4]0 [s1]-2 0 0 0 [u4]0");
  expect_canonical<uint8_t>(254, "[u4]16 [u4]0 254 0 0 0 [u4]0");
  expect_canonical<int16_t>(-2, "[u4]16 [u4]0 [s2]-2 [u2]0 [u4]0");
  expect_canonical<uint16_t>(0xfffe, "[u4]16 [u4]0 0xfe 0xff [u2]0 [u4]0");
  expect_canonical<int32_t>(-2, "[u4]16 [u4]0 [s4]-2 [u4]0");
  expect_canonical<uint32_t>(0x01020304, "[u4]16 [u4]0 4 3 2 1 [u4]0");
  expect_canonical<int64_t>(-2, "[u4]16 [u4]0 [s8]-2");
  expect_canonical<uint64_t>(0x0102030405060708, "[u4]16 [u4]0 8 7 6 5 4 3 2 1");
  expect_canonical<float>(1.5F, "[u4]16 [u4]0 [f]1.5 [u4]0");
  expect_canonical<double>(-0.1, "[u4]16 [u4]0 [d]-0.1");
}

TEST(NumberCodecTest, PacksAsTheFormatSays) {
  const Packed packed{1, 2, 3, true, 4, 5, true};
  const char* text = "[u4]32 [u4]0  1 [b]00000011 [u2]3 [u2]4 [u2]0  [u8]2  [u4]5 [u4]0";
  EXPECT_EQ(encoded(packed), wire_bytes(text));
  Packed read;
  EXPECT_EQ(decode(wire_bytes(text), read).error, wire::ValidationError::kNone);
  EXPECT_EQ(read, packed);
}

TEST(NumberCodecTest, IgnoresPaddingWhenReading) {
  Packed read;
  const auto bytes =
      wire_bytes("[u4]32 [u4]0  1 [b]11111100 [u2]3 [u2]4 [u2]0xffff  [u8]2  [u4]5 [u4]0xffffffff");
  EXPECT_EQ(decode(bytes, read).error, wire::ValidationError::kNone);
  EXPECT_EQ(read, (Packed{1, 2, 3, false, 4, 5, false}));
}

TEST(NumberCodecTest, KeepsFlagsOfNullableValuesApart) {
  const Maybe all{true, -7, Color::kBlue};
  EXPECT_EQ(encoded(all), wire_bytes("[u4]24 [u4]0 [b]00001111 0 [u2]0 [s4]-7 [u4]9 [u4]0"));
  const Maybe some{false, 0, std::nullopt};
  EXPECT_EQ(encoded(some), wire_bytes("[u4]24 [u4]0 [b]00000101 0 [u2]0 [s4]0 [u4]3 [u4]0"));
  for (const Maybe& value : {all, some, Maybe{}}) {
    Maybe read{true, 1, Color::kRed};
    EXPECT_EQ(decode(encoded(value), read).error, wire::ValidationError::kNone);
    EXPECT_EQ(read, value);
  }
}

TEST(NumberCodecTest, DoesNotLookAtWhatIsNotThere) {
  EXPECT_EQ(decode_result<Maybe>("[u4]24 [u4]0 [b]00000000 0 [u2]0 [s4]-7 [u4]1234 [u4]0"), "OK");
  EXPECT_EQ(decode_result<Maybe>("[u4]24 [u4]0 [b]00001000 0 [u2]0 [s4]-7 [u4]1234 [u4]0"),
            "field c: UNKNOWN_ENUM_VALUE at byte 16");
}

}  // namespace
}  // namespace ferrule::test
