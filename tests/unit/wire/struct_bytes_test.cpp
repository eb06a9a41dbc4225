// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/struct_bytes.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

TEST(StructBytesTest, WritesThePayloadAlone) {
  const auto bytes = to_bytes(Point{1, 2});
  ASSERT_TRUE(bytes);
  EXPECT_THAT(bytes->span(), testing::ElementsAreArray(wire_bytes("[u4]16 [u4]0 [s4]1 [s4]2")));
}

TEST(StructBytesTest, ReadsBackWhatItWrote) {
  const Everything all = make_everything();
  const auto read = from_bytes<Everything>(*to_bytes(all));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, all);
}

TEST(StructBytesTest, OwnsLargeBytes) {
  const size_t size = 2 * wire::kDeferredCopyBytes;
  Bytes written;
  {
    const Field<Bytes> source{Bytes(std::vector<uint8_t>(size, 7))};
    written = *to_bytes(source);
  }
  const auto read = from_bytes<Field<Bytes>>(written);
  written = {};
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value, Bytes(std::vector<uint8_t>(size, 7)));
}

TEST(StructBytesTest, ReadsFromAnyAddress) {
  const auto bytes = to_bytes(make_everything());
  std::vector<uint8_t> shifted{0xff};
  shifted.insert(shifted.end(), bytes->begin(), bytes->end());
  const auto read = from_bytes<Everything>(std::span<const uint8_t>(shifted).subspan(1));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, make_everything());
}

TEST(StructBytesTest, ChecksLikeAMessage) {
  const auto read = from_bytes<Grown>(wire_bytes("[u4]24 [u4]1 [s4]7 [u4]0 [u8]7"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), make_error_code(Errc::kBadMessage));
  EXPECT_EQ(read.error().message(), "field b: MISALIGNED_OBJECT at byte 23");
  EXPECT_FALSE(from_bytes<Point>({}));
}

TEST(StructBytesTest, RefusesWhatCannotBeWritten) {
  const auto bytes = to_bytes(Field<std::string>{"\xff"});
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code(), make_error_code(Errc::kInvalidArgument));
  EXPECT_FALSE(from_bytes<Field<UniqueFd>>(wire_bytes("[u4]16 [u4]0 [u4]0 [u4]0")));
}

}  // namespace
}  // namespace ferrule::test
