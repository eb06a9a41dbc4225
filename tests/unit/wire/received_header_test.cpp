// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/received_header.h"

#include <cstring>
#include <memory>

#include <gmock/gmock.h>

#include "support/wire_text.h"

namespace ferrule::wire {
namespace {

struct Read {
  std::string result;
  ReceivedHeader header;
  std::unique_ptr<uint8_t[]> bytes;
};

Read read(std::string_view text) {
  const auto bytes = test::wire_bytes(text);
  Read out;
  out.bytes.reset(new uint8_t[bytes.size()]);
  if (!bytes.empty()) std::memcpy(out.bytes.get(), bytes.data(), bytes.size());
  DecodeFailure failure;
  const bool ok = read_message_header({out.bytes.get(), bytes.size()}, out.header, failure);
  out.result = ok ? "OK" : to_string(failure);
  return out;
}

TEST(ReceivedHeaderTest, ReadsVersion0) {
  const Read v0 = read("[u4]24 [u4]0 [u4]1 [u4]2 [u4]4 [u4]9 [u4]8 [u4]0");
  EXPECT_EQ(v0.result, "OK");
  EXPECT_EQ(v0.header.fields.interface_id, 1U);
  EXPECT_EQ(v0.header.fields.name, 2U);
  EXPECT_EQ(v0.header.fields.flags, uint32_t{kIsSync});
  EXPECT_EQ(v0.header.fields.request_id, 0U);
  EXPECT_EQ(v0.header.payload_offset, 24U);
  EXPECT_EQ(v0.header.payload_end, 32U);
  EXPECT_FALSE(v0.header.expects_response());
}

TEST(ReceivedHeaderTest, ReadsVersion1) {
  const Read v1 = read("[u4]32 [u4]1 [u4]0 [u4]2 [u4]1 [u4]0 [u8]0x123456789 [u4]8 [u4]0");
  EXPECT_EQ(v1.result, "OK");
  EXPECT_EQ(v1.header.fields.request_id, 0x123456789U);
  EXPECT_TRUE(v1.header.expects_response());
  EXPECT_FALSE(v1.header.is_response());
  EXPECT_EQ(v1.header.payload_offset, 32U);
}

TEST(ReceivedHeaderTest, ReadsVersion2WithInterfaceIds) {
  const Read v2 = read(
      "[u4]48 [u4]2 [u4]0 [u4]2 [u4]2 [u4]0 [u8]7 [dist8]payload [dist8]ids [u8]0 "
      "[anchr]payload [u4]8 [u4]0 [anchr]ids [u4]16 [u4]2 [u4]5 [u4]0x80000001");
  EXPECT_EQ(v2.result, "OK");
  EXPECT_TRUE(v2.header.is_response());
  EXPECT_EQ(v2.header.payload_offset, 56U);
  EXPECT_EQ(v2.header.payload_end, 64U);
  ASSERT_EQ(v2.header.interface_ids.size(), 2U);
  EXPECT_EQ(v2.header.interface_ids[0], 5U);
  EXPECT_EQ(v2.header.interface_ids[1], 0x80000001U);
}

TEST(ReceivedHeaderTest, ReadsVersion3AndNewer) {
  const Read v3 =
      read("[u4]56 [u4]3 [u4]0 [u4]2 [u4]0 [u4]0 [u8]7 [u8]24 [u8]0 [s8]-5 [u4]8 [u4]0");
  EXPECT_EQ(v3.result, "OK");
  EXPECT_EQ(v3.header.fields.creation_timeticks_us, -5);
  EXPECT_EQ(v3.header.payload_offset, 56U);
  const Read v9 =
      read("[u4]64 [u4]9 [u4]0 [u4]2 [u4]0 [u4]0 [u8]7 [u8]32 [u8]0 [s8]-5 [u8]1 [u4]8 [u4]0");
  EXPECT_EQ(v9.result, "OK");
  EXPECT_EQ(v9.header.payload_offset, 64U);
  EXPECT_EQ(v9.header.payload_end, 72U);
}

TEST(ReceivedHeaderTest, ForgetsWhatItReadBefore) {
  const auto with_ids = test::wire_bytes(
      "[u4]48 [u4]2 [u4]0 [u4]2 [u4]2 [u4]0 [u8]7 [u8]16 [u8]16 [u4]8 [u4]0 [u4]12 [u4]1 [u4]5");
  const auto plain = test::wire_bytes("[u4]24 [u4]0 [u4]0 [u4]0 [u4]0 [u4]0 [u4]8 [u4]0");
  ReceivedHeader header;
  DecodeFailure failure;
  ASSERT_TRUE(read_message_header(with_ids, header, failure));
  ASSERT_TRUE(read_message_header(plain, header, failure));
  EXPECT_TRUE(header.interface_ids.empty());
  EXPECT_EQ(header.fields.request_id, 0U);
  EXPECT_EQ(header.payload_end, 32U);
}

TEST(ReceivedHeaderTest, WantsTheSizeOfTheVersion) {
  EXPECT_EQ(read("").result, "ILLEGAL_MEMORY_RANGE at byte 0");
  EXPECT_EQ(read("[u4]24").result, "ILLEGAL_MEMORY_RANGE at byte 0");
  EXPECT_EQ(read("[u4]0 [u4]0").result, "UNEXPECTED_STRUCT_HEADER at byte 0");
  EXPECT_EQ(read("[u4]24 [u4]0 [u8]0").result, "ILLEGAL_MEMORY_RANGE at byte 0");
  for (const char* text :
       {"[u4]16 [u4]0", "[u4]32 [u4]0", "[u4]24 [u4]1", "[u4]40 [u4]1", "[u4]32 [u4]2",
        "[u4]56 [u4]2", "[u4]48 [u4]3", "[u4]64 [u4]3", "[u4]48 [u4]4", "[u4]24 [u4]0xffffffff"}) {
    EXPECT_EQ(read(std::string(text) + " [u8]0 [u8]0 [u8]0 [u8]0 [u8]0 [u8]0 [u8]0").result,
              "UNEXPECTED_STRUCT_HEADER at byte 0")
        << text;
  }
}

TEST(ReceivedHeaderTest, WantsARequestIdWhereOneIsNeeded) {
  for (const char* flags : {"1", "2", "3"}) {
    const auto text = std::string("[u4]24 [u4]0 [u4]0 [u4]2 [u4]") + flags + " [u4]0 [u4]8 [u4]0";
    EXPECT_EQ(read(text).result, "MESSAGE_HEADER_MISSING_REQUEST_ID at byte 16");
  }
}

TEST(ReceivedHeaderTest, RefusesAnAnswerThatExpectsOne) {
  EXPECT_EQ(read("[u4]32 [u4]1 [u4]0 [u4]2 [u4]3 [u4]0 [u8]7").result,
            "MESSAGE_HEADER_INVALID_FLAGS at byte 16");
  EXPECT_EQ(read("[u4]32 [u4]1 [u4]0 [u4]2 [u4]0xfffffffd [u4]0 [u8]7").result, "OK");
}

TEST(ReceivedHeaderTest, ChecksThePayloadPointer) {
  const auto with = [](const char* payload) {
    return read(std::string("[u4]48 [u4]2 [u4]0 [u4]2 [u4]0 [u4]0 [u8]7 ") + payload +
                " [u8]0 [u4]8 [u4]0")
        .result;
  };
  EXPECT_EQ(with("[u8]16"), "OK");
  EXPECT_EQ(with("[u8]0"), "UNEXPECTED_NULL_POINTER at byte 32");
  EXPECT_EQ(with("[u8]0x100000000"), "ILLEGAL_POINTER at byte 32");
  EXPECT_EQ(with("[u8]8"), "ILLEGAL_MEMORY_RANGE at byte 40");
  EXPECT_EQ(with("[u8]24"), "ILLEGAL_MEMORY_RANGE at byte 56");
  EXPECT_EQ(with("[u8]23"), "OK");  // one byte is there; the parameters will be judged later
}

TEST(ReceivedHeaderTest, ChecksTheListOfInterfaceIds) {
  const auto with = [](const char* pointer, const char* list) {
    return read(std::string("[u4]48 [u4]2 [u4]0 [u4]2 [u4]0 [u4]0 [u8]7 [u8]16 ") + pointer +
                " [u4]8 [u4]0 " + list)
        .result;
  };
  EXPECT_EQ(with("[u8]16", "[u4]8 [u4]0"), "OK");
  EXPECT_EQ(with("[u8]0xffffffff0", "[u4]8 [u4]0"), "ILLEGAL_POINTER at byte 40");
  EXPECT_EQ(with("[u8]12", "[u4]8 [u4]0"), "MISALIGNED_OBJECT at byte 52");
  EXPECT_EQ(with("[u8]16", ""), "ILLEGAL_MEMORY_RANGE at byte 56");
  EXPECT_EQ(with("[u8]8", "[u4]8 [u4]0"), "ILLEGAL_MEMORY_RANGE at byte 48");
  EXPECT_EQ(with("[u8]16", "[u4]12 [u4]2 [u4]1"), "UNEXPECTED_ARRAY_HEADER at byte 56");
  EXPECT_EQ(with("[u8]16", "[u4]16 [u4]2 [u4]1"), "ILLEGAL_MEMORY_RANGE at byte 56");
  EXPECT_EQ(with("[u8]16", "[u4]16 [u4]2 [u4]1 [u4]0"), "ILLEGAL_INTERFACE_ID at byte 68");
  EXPECT_EQ(with("[u8]16", "[u4]16 [u4]2 [u4]0xffffffff [u4]1"), "ILLEGAL_INTERFACE_ID at byte 64");
}

TEST(ReceivedHeaderTest, SaysWhichFlagsFitAMethod) {
  EXPECT_TRUE(is_request_for(kExpectsResponse | kIsSync, true));
  EXPECT_TRUE(is_request_for(0, false));
  EXPECT_FALSE(is_request_for(kExpectsResponse, false));
  EXPECT_FALSE(is_request_for(0, true));
  EXPECT_FALSE(is_request_for(kIsResponse, false));
  EXPECT_TRUE(is_answer(kIsResponse | kIsSync));
  EXPECT_FALSE(is_answer(0));
  EXPECT_FALSE(is_answer(kIsResponse | kExpectsResponse));
}

}  // namespace
}  // namespace ferrule::wire
