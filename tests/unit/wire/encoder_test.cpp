// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/encoder.h"

#include <gmock/gmock.h>

#include "ferrule/wire/wire_limits.h"

#include "support/wire_text.h"

namespace ferrule::wire {
namespace {

using test::wire_bytes;
using testing::ElementsAreArray;

Buffer dirty_buffer(size_t num_bytes) {
  Buffer buffer = Buffer::allocate(num_bytes);
  std::memset(buffer.data(), 0xcd, num_bytes);
  return buffer;
}

TEST(EncoderTest, WritesTheHeaderToTheFront) {
  MessageHeader header;
  header.name = 5;
  header.flags = kExpectsResponse;
  header.request_id = 7;
  Encoder encoder(dirty_buffer(kMessageHeaderBytes + 8), header);
  encoder.write(encoder.claim(8), uint32_t{8});
  const auto message = std::move(encoder).finish();
  ASSERT_TRUE(message);
  EXPECT_THAT(message->buffer().bytes(),
              ElementsAreArray(wire_bytes("[u4]56 [u4]3 [u4]0 [u4]5 [u4]1 [u4]0 [u8]7 [u8]24 [u8]0 "
                                          "[u8]0 [u4]8 [u4]0")));
}

TEST(EncoderTest, ZeroesWhatIsClaimed) {
  Encoder encoder = Encoder::for_payload(dirty_buffer(32));
  EXPECT_EQ(encoder.claim(9), 0U);
  EXPECT_EQ(encoder.claim_bytes_uninitialized(13), 16U);
  const auto message = std::move(encoder).finish();
  EXPECT_THAT(message->buffer().bytes(),
              ElementsAreArray(wire_bytes(
                  "[u8]0 [u8]0 0xcd 0xcd 0xcd 0xcd 0xcd 0xcd 0xcd 0xcd 0xcd 0xcd 0xcd 0xcd 0xcd "
                  "0 0 0")));
}

TEST(EncoderTest, PointsToWhatIsClaimedNext) {
  Encoder encoder = Encoder::for_payload(dirty_buffer(24));
  const size_t at = encoder.claim(16);
  encoder.write_pointer(at + 8);
  encoder.claim(8);
  EXPECT_THAT(std::move(encoder).finish()->buffer().bytes(),
              ElementsAreArray(wire_bytes("[u8]0 [u8]8 [u8]0")));
}

TEST(EncoderTest, WritesBitsWithoutTouchingOthers) {
  Encoder encoder = Encoder::for_payload(dirty_buffer(8));
  const size_t at = encoder.claim(8);
  for (const size_t bit : {0U, 3U, 8U, 63U}) encoder.write_bit(at, bit, true);
  encoder.write_bit(at, 3, false);
  EXPECT_THAT(std::move(encoder).finish()->buffer().bytes(),
              ElementsAreArray(wire_bytes("1 1 0 0 0 0 0 0x80")));
}

TEST(EncoderTest, PutsInterfaceIdsAtTheEnd) {
  Encoder encoder(dirty_buffer(kMessageHeaderBytes + 16 + 16), MessageHeader());
  const size_t at = encoder.claim(16);
  encoder.put_interface_id(at, 0x80000001);
  encoder.put_interface_id(at + 4, kInvalidInterfaceId);
  encoder.put_interface_id(at + 8, 2);
  const auto message = std::move(encoder).finish();
  EXPECT_THAT(
      message->buffer().bytes(),
      ElementsAreArray(wire_bytes(
          "[u4]56 [u4]3 [u8]0 [u8]0 [u8]0 [u8]24 [dist8]ids [u8]0 "
          "[u4]0 [u4]0xffffffff [u4]1 [u4]0 [anchr]ids [u4]16 [u4]2 [u4]0x80000001 [u4]2")));
}

TEST(EncoderTest, KeepsTheFirstReasonToFail) {
  Encoder encoder = Encoder::for_payload(dirty_buffer(8));
  EXPECT_FALSE(encoder.has_failed());
  encoder.fail_at(12, "first");
  encoder.fail("second");
  EXPECT_TRUE(encoder.has_failed());
  const auto message = std::move(encoder).finish();  // with bytes unclaimed
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code(), make_error_code(Errc::kInvalidArgument));
  EXPECT_EQ(message.error().message(), "byte 12: first");
}

TEST(EncoderTest, WritesIntoTheVoidAfterItFailed) {
  Encoder encoder = Encoder::refused(Error(Errc::kDisconnected, "gone"));
  const size_t at = encoder.claim(16);
  encoder.write(at, uint64_t{1});
  encoder.write_bit(at + 8, 3, true);
  encoder.write_pointer(at + 8);
  const uint8_t bytes[] = {1, 2, 3};
  encoder.put_bytes(at, bytes);
  encoder.put_array(bytes, 3, 3);
  encoder.write(encoder.claim_array({4, true}, 5), uint8_t{1});
  encoder.put_handle(at, Handle());
  const auto message = std::move(encoder).finish();
  EXPECT_EQ(message.error().code(), make_error_code(Errc::kDisconnected));
}

TEST(EncoderTest, RefusesAMessageAboveTheLimit) {
  Encoder encoder = Encoder::for_payload(Buffer::allocate(kMaxMessageBytes + 8));
  encoder.write(encoder.claim(16), uint32_t{16});
  EXPECT_EQ(std::move(encoder).finish().error().code(), make_error_code(Errc::kMessageTooLarge));
}

TEST(EncoderTest, RefusesToNestTooDeeply) {
  Encoder encoder = Encoder::for_payload(Buffer());
  for (uint32_t i = 0; i < kMaxDepth; ++i) ASSERT_TRUE(encoder.enter());
  EXPECT_FALSE(encoder.enter());
  EXPECT_TRUE(encoder.has_failed());
}

TEST(EncoderDeathTest, AbortsOnOtherBytesThanWereMeasured) {
  Encoder encoder = Encoder::for_payload(dirty_buffer(16));
  encoder.claim(8);
  EXPECT_DEATH(encoder.claim(16), "has_failed");
  EXPECT_DEATH(encoder.claim(SIZE_MAX), "has_failed");
  EXPECT_DEATH(encoder.write(12, uint64_t{1}), "has_failed");
  EXPECT_DEATH(encoder.write(SIZE_MAX - 2, uint64_t{1}), "has_failed");
  EXPECT_DEATH(std::move(encoder).finish().ok(), "position_ == size_");
}

}  // namespace
}  // namespace ferrule::wire
