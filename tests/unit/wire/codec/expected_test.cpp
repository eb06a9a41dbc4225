// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/expected.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

TEST(ExpectedCodecTest, IsAUnionOfSuccessAndFailure) {
  using Answer = Expected<int32_t, std::string>;
  expect_canonical<Answer>(5, "[u4]24 [u4]0 [u4]16 [u4]0 [s4]5 [u4]0");
  expect_canonical<Answer>(Unexpected(std::string("x")),
                           "[u4]24 [u4]0 [u4]16 [u4]1 [u8]8 [u4]9 [u4]1 0x78 0 0 0 [u4]0");
}

TEST(ExpectedCodecTest, KeepsTheSidesApartWhereTheirTypesAreOne) {
  using Answer = Expected<bool, bool>;
  expect_canonical<Answer>(true, "[u4]24 [u4]0 [u4]16 [u4]0 [u8]1");
  expect_canonical<Answer>(Unexpected(true), "[u4]24 [u4]0 [u4]16 [u4]1 [u8]1");
}

TEST(ExpectedCodecTest, PutsAUnionBehindAPointer) {
  using Answer = Expected<Shape, Color>;
  expect_canonical<Answer>(Shape{int32_t{7}},
                           "[u4]24 [u4]0 [u4]16 [u4]0 [u8]8 [u4]16 [u4]0 [s4]7 [u4]0");
  expect_canonical<Expected<std::optional<Shape>, Color>>(std::optional<Shape>(),
                                                          "[u4]24 [u4]0 [u4]16 [u4]0 [u8]0");
}

TEST(ExpectedCodecTest, RefusesNullAndOtherTags) {
  using Answer = Expected<int32_t, std::string>;
  EXPECT_EQ(field_result<Answer>("[u4]24 [u4]0 [u8]0 [u8]0"),
            "field value: UNEXPECTED_NULL_POINTER at byte 8");
  EXPECT_EQ(field_result<Answer>("[u4]24 [u4]0 [u4]16 [u4]2 [u8]0"),
            "field value: UNKNOWN_UNION_TAG at byte 12");
  EXPECT_EQ(field_result<Answer>("[u4]24 [u4]0 [u4]16 [u4]1 [u8]0"),
            "field value.failure: UNEXPECTED_NULL_POINTER at byte 16");
}

TEST(ExpectedCodecTest, MovesHandles) {
  using Answer = Expected<UniqueFd, Color>;
  auto message = encode(Field<Answer>{UniqueFd(::open("/dev/null", O_RDONLY))});
  ASSERT_TRUE(message);
  ASSERT_EQ(message->handles().size(), 1U);
  Field<Answer> read;
  const auto bytes = message->buffer().bytes();
  EXPECT_EQ(decode(bytes, read, std::move(message->handles())).error, wire::ValidationError::kNone);
  EXPECT_TRUE(read.value->is_valid());
}

}  // namespace
}  // namespace ferrule::test
