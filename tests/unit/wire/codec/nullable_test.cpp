// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/nullable.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

Node chain_of(size_t length) {
  Node first{0, nullptr};
  for (size_t i = 1; i < length; ++i) first = Node{0, std::move(first)};
  return first;
}

// A chain of `length` structs on the wire, whose last pointer is null.
std::vector<uint8_t> chain_bytes(size_t length) {
  std::string text;
  for (size_t i = 1; i < length; ++i) text += "[u4]24 [u4]0 [s4]0 [u4]0 [u8]8 ";
  return wire_bytes(text + "[u4]24 [u4]0 [s4]0 [u4]0 [u8]0");
}

TEST(NullableCodecTest, WritesABoxAsANullablePointer) {
  expect_canonical<Node>({1, Node{2, nullptr}},
                         "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [s4]1 [u4]0 [u8]8 "
                         "[u4]24 [u4]0 [s4]2 [u4]0 [u8]0");
  expect_canonical<Box<Node>>(nullptr, "[u4]16 [u4]0 [u8]0");
  expect_canonical<Box<Node>>(Node{1, nullptr},
                              "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [s4]1 [u4]0 [u8]0");
}

TEST(NullableCodecTest, ReplacesWhatWasThere) {
  Field<Box<Node>> read{Node{1, nullptr}};
  decode(wire_bytes("[u4]16 [u4]0 [u8]0"), read);
  EXPECT_FALSE(read.value);
  Field<std::optional<std::string>> text{"old"};
  decode(wire_bytes("[u4]16 [u4]0 [u8]0"), text);
  EXPECT_FALSE(text.value);
}

TEST(NullableCodecTest, NamesTheWayToTheFault) {
  EXPECT_EQ(decode_result<Node>("[u4]24 [u4]0 [s4]1 [u4]0 [u8]8 [u4]24 [u4]0 [s4]1 [u4]0 [u8]8 "
                                "[u4]7 [u4]0"),
            "field next.next: UNEXPECTED_STRUCT_HEADER at byte 48");
}

// The null at the end counts as a level, as in the published validator.
TEST(NullableCodecTest, NestsToTheLimitAndNoDeeper) {
  const size_t deepest = wire::kMaxDepth;  // the struct at the root is not nested
  Node read;
  EXPECT_EQ(decode(chain_bytes(deepest), read).error, wire::ValidationError::kNone);
  EXPECT_EQ(read, chain_of(deepest));
  const auto failure = decode(chain_bytes(deepest + 1), read);
  EXPECT_EQ(failure.error, wire::ValidationError::kMaxRecursionDepth);
  EXPECT_EQ(failure.offset, 24 * deepest + 16);
}

TEST(NullableCodecTest, RefusesToSendWhatNestsTooDeeply) {
  EXPECT_EQ(encoded(chain_of(wire::kMaxDepth)), chain_bytes(wire::kMaxDepth));
  EXPECT_THAT(encode_error(chain_of(wire::kMaxDepth + 1)), testing::HasSubstr("too deeply"));
  EXPECT_THAT(encode_error(chain_of(wire::kMaxDepth + 50)), testing::HasSubstr("too deeply"));
}

}  // namespace
}  // namespace ferrule::test
