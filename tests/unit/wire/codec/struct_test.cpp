// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/struct.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

TEST(StructCodecTest, WritesAPointerAndTheStructBehindIt) {
  expect_canonical<Point>({5, -6}, "[u4]16 [u4]0 [u8]8 [u4]16 [u4]0 [s4]5 [s4]-6");
  expect_canonical<std::optional<Point>>(std::nullopt, "[u4]16 [u4]0 [u8]0");
}

TEST(StructCodecTest, WritesEverythingDepthFirst) {
  expect_canonical<Grown>({1, "ab", std::vector<int32_t>{7}, true},
                          "[u4]16 [u4]0 [dist8]s "
                          "[anchr]s [u4]32 [u4]3 [s4]1 [b]00000001 0 0 0 [dist8]b [dist8]c "
                          "[anchr]b [u4]10 [u4]2 0x61 0x62 0 0 [u4]0 "
                          "[anchr]c [u4]12 [u4]1 [s4]7 [u4]0");
}

TEST(StructCodecTest, ComesBackWithEveryField) {
  const Everything all = make_everything();
  Everything read;
  const auto failure = decode(encoded(all), read);
  EXPECT_EQ(failure.error, wire::ValidationError::kNone) << to_string(failure);
  EXPECT_EQ(read, all);
  EXPECT_EQ(encoded(read).size(), encoded(all).size());
}

TEST(StructCodecTest, ComesBackEmptyToo) {
  Everything read = make_everything();
  EXPECT_EQ(decode(encoded(Everything{}), read).error, wire::ValidationError::kNone);
  EXPECT_EQ(read, Everything{});
}

}  // namespace
}  // namespace ferrule::test
