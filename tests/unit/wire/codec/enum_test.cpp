// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/enum.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

TEST(EnumCodecTest, WritesTheNumber) {
  expect_canonical(Color::kBlue, "[u4]16 [u4]0 [s4]9 [u4]0");
  expect_canonical(Shade::kUnknown, "[u4]16 [u4]0 [s4]-1 [u4]0");
}

TEST(EnumCodecTest, RefusesAnUnknownNumber) {
  EXPECT_EQ(field_result<Color>("[u4]16 [u4]0 [s4]5 [u4]0"),
            "field value: UNKNOWN_ENUM_VALUE at byte 8");
  EXPECT_EQ(encode_error(Field<Color>{static_cast<Color>(5)}),
            "byte 8: the enum has no such value");
}

TEST(EnumCodecTest, ReadsUnknownNumbersOfAnExtensibleEnumAsItsDefault) {
  Field<Shade> read;
  decode(wire_bytes("[u4]16 [u4]0 [s4]77 [u4]0"), read);
  EXPECT_EQ(read.value, Shade::kUnknown);
  EXPECT_EQ(encoded(Field<Shade>{static_cast<Shade>(77)}), wire_bytes("[u4]16 [u4]0 [s4]77 [u4]0"));
}

TEST(EnumCodecTest, LetsUnknownNumbersPassWhereThereIsNoDefault) {
  Field<Mood> read;
  decode(wire_bytes("[u4]16 [u4]0 [s4]77 [u4]0"), read);
  EXPECT_EQ(static_cast<int32_t>(read.value), 77);
}

}  // namespace
}  // namespace ferrule::test
