// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/struct_reader.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

TEST(StructReaderTest, ReadsOlderVersionsAndKeepsDefaultsForTheRest) {
  Grown read;
  EXPECT_EQ(decode(wire_bytes("[u4]16 [u4]0 [s4]7 [b]00000000 0 0 0"), read).error,
            wire::ValidationError::kNone);
  EXPECT_EQ(read, (Grown{7, std::nullopt, std::nullopt, true}));

  // Version 2 added nothing of its own: it has the size of version 1.
  for (const char* version : {"1", "2"}) {
    const auto bytes = wire_bytes(std::string("[u4]24 [u4]") + version +
                                  " [s4]7 [b]00000000 0 0 0 [u8]8 [u4]9 [u4]1 0x78 0 0 0 [u4]0");
    EXPECT_EQ(decode(bytes, read).error, wire::ValidationError::kNone);
    EXPECT_EQ(read, (Grown{7, "x", std::nullopt, true}));
  }
}

TEST(StructReaderTest, ReadsNewerVersionsAndSkipsWhatItDoesNotKnow) {
  Grown read;
  EXPECT_EQ(decode(wire_bytes("[u4]40 [u4]4 [s4]7 [u4]0 [u8]0 [u8]0 [u8]0xffffffff"), read).error,
            wire::ValidationError::kNone);
  EXPECT_EQ(read, (Grown{7, std::nullopt, std::nullopt, false}));
  EXPECT_EQ(decode_result<Grown>("[u4]32 [u4]9 [s4]7 [u4]0 [u8]0 [u8]0"), "OK");
  // What a newer version points to lies behind ours and is not looked at.
  EXPECT_EQ(
      decode_result<Grown>("[u4]40 [u4]4 [s4]7 [u4]0 [u8]24 [u8]0 [u8]16 [u4]8 [u4]0 [u8]0x77"),
      "OK");
}

TEST(StructReaderTest, WantsTheSizeOfTheVersion) {
  EXPECT_EQ(decode_result<Grown>("[u4]24 [u4]0 [s4]7 [u4]0 [u8]0"),
            "UNEXPECTED_STRUCT_HEADER at byte 0");
  EXPECT_EQ(decode_result<Grown>("[u4]16 [u4]1 [s4]7 [u4]0"), "UNEXPECTED_STRUCT_HEADER at byte 0");
  EXPECT_EQ(decode_result<Grown>("[u4]32 [u4]2 [s4]7 [u4]0 [u8]0 [u8]0"),
            "UNEXPECTED_STRUCT_HEADER at byte 0");
  EXPECT_EQ(decode_result<Grown>("[u4]40 [u4]3 [s4]7 [u4]0 [u8]0 [u8]0 [u8]0"),
            "UNEXPECTED_STRUCT_HEADER at byte 0");
  EXPECT_EQ(decode_result<Grown>("[u4]24 [u4]4 [s4]7 [u4]0 [u8]0"),
            "UNEXPECTED_STRUCT_HEADER at byte 0");
  EXPECT_EQ(decode_result<Point>("[u4]16 [u4]7 [s4]7 [u4]0"), "OK");
  EXPECT_EQ(decode_result<Point>("[u4]8 [u4]7 [s4]7 [u4]0"), "UNEXPECTED_STRUCT_HEADER at byte 0");
}

TEST(StructReaderTest, BeginsAtThePayloadOfAMessage) {
  const auto bytes = wire_bytes("[u8]1 [u8]2 [u4]16 [u4]0 [s4]3 [s4]4");
  Buffer buffer = Buffer::allocate(bytes.size());
  std::copy(bytes.begin(), bytes.end(), buffer.data());
  std::vector<wire::Handle> handles;
  wire::Decoder decoder(buffer, 16, 32, handles);
  static constexpr wire::StructVersion kVersions[] = {{0, 16}};
  auto reader = wire::StructReader::for_payload(decoder, kVersions);
  int32_t y = 0;
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader.version(), 0U);
  EXPECT_TRUE(reader.has(0));
  EXPECT_FALSE(reader.has(1));
  EXPECT_TRUE(reader.read(4, y, "y"));
  EXPECT_EQ(y, 4);
}

}  // namespace
}  // namespace ferrule::test
