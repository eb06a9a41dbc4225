// SPDX-License-Identifier: Apache-2.0
// Each place that asks a limit, with the limit used up before.

#include <map>
#include <string>
#include <unordered_map>

#include "ferrule/wire/received_header.h"
#include "ferrule/wire/wire_limits.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

using wire::Decoder;

/// Reads a field when only `num_bytes_left` more may be allocated.
template <class T>
std::string result_with_budget(size_t num_bytes_left, const T& value) {
  const auto bytes = encoded(Field<T>{value});
  std::vector<wire::Handle> no_handles;
  Decoder decoder(bytes, no_handles);
  const size_t budget = wire::kAllocationSlackBytes + wire::kAllocationFactor * bytes.size();
  EXPECT_TRUE(decoder.charge(budget - num_bytes_left, 0));
  Field<T> read;
  if (wire::StructTraits<Field<T>>::decode(decoder, 0, read)) return "OK";
  return to_string(decoder.failure());
}

constexpr const char* kTooMuch =
    "field value: DESERIALIZATION_FAILED (it would take too much memory) at byte ";

TEST(LimitsTest, EveryKindOfValueIsCharged) {
  EXPECT_EQ(result_with_budget<std::string>(3, "abcd"), kTooMuch + std::string("16"));
  EXPECT_EQ(result_with_budget<std::string>(4, "abcd"), "OK");
  EXPECT_EQ(result_with_budget<Bytes>(3, Bytes(std::vector<uint8_t>(4))),
            kTooMuch + std::string("24"));
  EXPECT_EQ(result_with_budget<Bytes>(4, Bytes(std::vector<uint8_t>(4))), "OK");
  EXPECT_EQ(result_with_budget<std::vector<int32_t>>(7, {1, 2}), kTooMuch + std::string("16"));
  EXPECT_EQ(result_with_budget<std::vector<int32_t>>(8, {1, 2}), "OK");
  EXPECT_EQ(result_with_budget<Box<Point>>(sizeof(Point) - 1, Box<Point>(Point{})),
            kTooMuch + std::string("8"));
  EXPECT_EQ(result_with_budget<Box<Point>>(sizeof(Point), Box<Point>(Point{})), "OK");
}

TEST(LimitsTest, KeysAndEntriesOfAMapAreCharged) {
  const std::map<int32_t, int32_t> map{{1, 2}, {3, 4}};
  const std::string too_much = "DESERIALIZATION_FAILED (it would take too much memory) at byte ";
  EXPECT_EQ(result_with_budget(7, map), "field value.keys: " + too_much + "40");
  EXPECT_EQ(result_with_budget(8, map), "field value.values: " + too_much + "56");
  EXPECT_EQ(result_with_budget(8 + 2 * 40, map), "OK");
  EXPECT_EQ(result_with_budget(8 + 2 * 40 - 1, map), "field value.values: " + too_much + "56");
}

TEST(LimitsTest, TheFirstFailureStays) {
  std::vector<wire::Handle> no_handles;
  Decoder decoder(std::span<const uint8_t>(), no_handles);
  EXPECT_FALSE(decoder.fail(wire::ValidationError::kIllegalPointer, 8));
  EXPECT_FALSE(decoder.charge(wire::kAllocationSlackBytes + 1, 16));
  EXPECT_EQ(to_string(decoder.failure()), "ILLEGAL_POINTER at byte 8");
}

TEST(LimitsTest, AMessageAboveTheLimitIsNotLookedAt) {
  const uint8_t byte = 0;
  wire::ReceivedHeader header;
  wire::DecodeFailure failure;
  EXPECT_FALSE(read_message_header({&byte, wire::kMaxMessageBytes + 1}, header, failure));
  EXPECT_EQ(to_string(failure),
            "DESERIALIZATION_FAILED (the message is above the limit) at byte 0");
}

/// Reads a field `depth` levels below the parameters.
template <class T>
std::string result_at_depth(uint32_t depth, std::string_view text) {
  const auto bytes = wire_bytes(text);
  std::vector<wire::Handle> no_handles;
  Decoder decoder(bytes, no_handles);
  for (uint32_t i = 0; i < depth; ++i) EXPECT_TRUE(decoder.enter(0));
  Field<T> read;
  if (wire::StructTraits<Field<T>>::decode(decoder, 0, read)) return "OK";
  return to_string(decoder.failure());
}

TEST(LimitsTest, EverythingThatNestsCountsAsALevel) {
  const std::string too_deep = "field value: MAX_RECURSION_DEPTH at byte 8";
  const char* shape = "[u4]24 [u4]0 [u4]16 [u4]0 [s4]7 [u4]0";
  EXPECT_EQ(result_at_depth<Shape>(wire::kMaxDepth - 1, shape), "OK");
  EXPECT_EQ(result_at_depth<Shape>(wire::kMaxDepth, shape), too_deep);
  const char* null_union = "[u4]24 [u4]0 [u8]0 [u8]0";
  EXPECT_EQ(result_at_depth<std::optional<Shape>>(wire::kMaxDepth - 1, null_union), "OK");
  EXPECT_EQ(result_at_depth<std::optional<Shape>>(wire::kMaxDepth, null_union), too_deep);
  const char* null_pointer = "[u4]16 [u4]0 [u8]0";
  EXPECT_EQ(result_at_depth<std::optional<std::string>>(wire::kMaxDepth - 1, null_pointer), "OK");
  EXPECT_EQ(result_at_depth<std::optional<std::string>>(wire::kMaxDepth, null_pointer), too_deep);
  const char* map = "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [u8]16 [u8]16 [u4]8 [u4]0 [u4]8 [u4]0";
  EXPECT_EQ((result_at_depth<std::map<int32_t, bool>>(wire::kMaxDepth - 2, map)), "OK");
  EXPECT_EQ((result_at_depth<std::map<int32_t, bool>>(wire::kMaxDepth - 1, map)),
            "field value.keys: MAX_RECURSION_DEPTH at byte 24");
}

/// What the sender says who writes a field `depth` levels below the parameters.
template <class T>
std::string error_at_depth(uint32_t depth, const T& value) {
  wire::SizeCounter size;
  wire::StructTraits<Field<T>>::measure(size, Field<T>{value});
  wire::Encoder encoder = wire::Encoder::for_payload(Buffer::allocate(size.num_bytes()));
  for (uint32_t i = 0; i < depth; ++i) EXPECT_TRUE(encoder.enter());
  wire::StructTraits<Field<T>>::encode(encoder, Field<T>{value});
  const auto message = std::move(encoder).finish();
  return message ? "OK" : message.error().message();
}

TEST(LimitsTest, TheSenderRefusesWhatNestsTooDeeply) {
  const auto expect_limit = [](uint32_t deepest, const auto& value) {
    EXPECT_EQ(error_at_depth(deepest, value), "OK");
    EXPECT_THAT(error_at_depth(deepest + 1, value), testing::HasSubstr("nests too deeply"));
  };
  expect_limit(wire::kMaxDepth - 1, std::string("text"));
  expect_limit(wire::kMaxDepth - 1, std::optional<std::string>());
  expect_limit(wire::kMaxDepth - 1, Shape{true});
  expect_limit(wire::kMaxDepth - 1, std::optional<Shape>());
  expect_limit(wire::kMaxDepth - 2, std::map<int32_t, bool>{{1, true}});
  expect_limit(wire::kMaxDepth - 2, std::map<int32_t, int64_t>{{1, 2}});
  expect_limit(wire::kMaxDepth - 2, std::unordered_map<int32_t, uint8_t>{{1, 2}});
}

TEST(LimitsTest, AnEncoderThatWasRefusedTakesAllWriting) {
  const auto expect_refused = [](auto value) {
    wire::Encoder encoder = wire::Encoder::refused(Error(Errc::kMessageTooLarge, "too large"));
    wire::StructTraits<decltype(value)>::encode(encoder, std::move(value));
    const auto message = std::move(encoder).finish();
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().message(), "too large");
  };
  expect_refused(make_everything());
  expect_refused(Packed{});
  expect_refused(Field<Bytes>{Bytes(std::vector<uint8_t>(100))});
  expect_refused(Field<std::map<std::string, int64_t>>{{{"a", 1}}});
  expect_refused(Field<std::map<std::string, std::string>>{{{"a", "b"}}});
  expect_refused(Field<wire::Handle>{open_handle()});
}

// ---- tools that judge the format alone
// --------------------------------------------------------------

template <class T>
std::string format_result(std::string_view text, size_t num_handles = 0) {
  const auto bytes = wire_bytes(text);
  std::vector<wire::Handle> handles(num_handles);  // counted; none is there
  Decoder decoder(bytes, handles);
  decoder.check_format_only();
  Field<T> read;
  if (wire::StructTraits<Field<T>>::decode(decoder, 0, read)) return "OK";
  return to_string(decoder.failure());
}

TEST(FormatOnlyTest, WhatOnlyTypesRefuseIsLetPass) {
  EXPECT_EQ(format_result<wire::Handle>("[u4]16 [u4]0 [u4]0 [u4]0", 1), "OK");
  EXPECT_EQ(format_result<UniqueFd>("[u4]16 [u4]0 [u4]0 [u4]0", 1), "OK");
  EXPECT_EQ(format_result<std::string>("[u4]16 [u4]0 [u8]8 [u4]9 [u4]1 0xff 0 0 0 [u4]0"), "OK");
  const char* nan_twice =
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
      "[anchr]k [u4]16 [u4]2 [f]nan [f]nan [anchr]v [u4]9 [u4]2 [u8]1";
  EXPECT_EQ((format_result<std::map<float, bool>>(nan_twice)), "OK");
  const char* twice =
      "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v "
      "[anchr]k [u4]16 [u4]2 [s4]5 [s4]5 [anchr]v [u4]9 [u4]2 [u8]1";
  EXPECT_EQ((format_result<std::map<int32_t, bool>>(twice)), "OK");
}

struct SameHash {
  size_t operator()(uint32_t) const { return 1; }
};

TEST(FormatOnlyTest, KeysThatCollideAreLetPassToo) {
  std::map<uint32_t, bool> keys;
  for (uint32_t i = 0; i < 3000; ++i) keys[i] = true;
  using Slow = std::unordered_map<uint32_t, bool, SameHash>;
  const auto bytes = encoded(Field<std::map<uint32_t, bool>>{keys});
  std::vector<wire::Handle> no_handles;
  Decoder decoder(bytes, no_handles);
  decoder.check_format_only();
  Field<Slow> read;
  EXPECT_TRUE(wire::StructTraits<Field<Slow>>::decode(decoder, 0, read));
  EXPECT_EQ(read.value.size(), 3000U);
}

TEST(FormatOnlyTest, HandlesThatTheTypesRefuse) {
  Field<wire::Handle> read;
  EXPECT_EQ(
      to_string(decode(wire_bytes("[u4]16 [u4]0 [u4]0 [u4]0"), read, std::vector<wire::Handle>(1))),
      "field value: DESERIALIZATION_FAILED (the handle is empty) at byte 8");
}

}  // namespace
}  // namespace ferrule::test
