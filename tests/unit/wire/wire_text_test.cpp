// SPDX-License-Identifier: Apache-2.0
#include "support/wire_text.h"

#include <gmock/gmock.h>

namespace ferrule::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(WireTextTest, ReadsEveryKindOfItem) {
  EXPECT_THAT(wire_bytes("0x10 7 [u2]0x100 [s1]-1"), ElementsAre(16, 7, 0, 1, 255));
  EXPECT_THAT(wire_bytes("[u4]1 [s2]-0x800"), ElementsAre(1, 0, 0, 0, 0, 0xf8));
  EXPECT_THAT(wire_bytes("[u8]0xffffffffffffffff").size(), 8U);
  EXPECT_THAT(wire_bytes("[b]10000010"), ElementsAre(0x82));
  EXPECT_THAT(wire_bytes("[f]1 [d]-2.5"), ElementsAre(0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0));
  EXPECT_THAT(wire_bytes("[f]+.3e9").size(), 4U);
  EXPECT_THAT(wire_bytes("[u1]0x10// hello world !!"), ElementsAre(16));
  EXPECT_THAT(wire_bytes("0Xff"), ElementsAre(255));
  EXPECT_THAT(wire_bytes("// nothing \n\t \r"), IsEmpty());
}

TEST(WireTextTest, FillsInDistances) {
  const auto bytes = wire_bytes("[dist4]foo 0 [dist8]bar 0 [anchr]foo [anchr]bar");
  ASSERT_EQ(bytes.size(), 14U);
  EXPECT_EQ(bytes[0], 14);
  EXPECT_EQ(bytes[5], 9);
}

TEST(WireTextTest, CountsHandles) { EXPECT_EQ(parse_wire_text("[handles]50 1").num_handles, 50U); }

TEST(WireTextTest, RefusesWhatThePublishedReaderRefuses) {
  for (const char* text :
       {"/ hello world", "[u1]x", "[u2]-1000", "[u1]0x100", "[s2]-0x8001", "[b]1", "[b]1111111k",
        "[dist4]unmatched", "[anchr]hello [dist8]hello", "[dist4]a [dist4]a [anchr]a",
        "[dist4]a [anchr]a [dist4]a [anchr]a", "0 [handles]50", "[u3]1", "[what]1", "[u4]"}) {
    EXPECT_THROW(wire_bytes(text), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace ferrule::test
