// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/control_message.h"

#include <string>

#include "ferrule/wire/received_header.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::wire {
namespace {

using test::Point;

MessageHeader header_of(uint32_t interface_id, uint32_t name, uint32_t flags) {
  MessageHeader header;
  header.interface_id = interface_id;
  header.name = name;
  header.flags = flags;
  return header;
}

std::string result_of(bool (*check)(Decoder&, const MessageHeader&), const MessageHeader& header) {
  std::vector<Handle> no_handles;
  Decoder decoder(std::span<const uint8_t>(), no_handles);
  const bool is_fine = check(decoder, header);
  EXPECT_EQ(is_fine, decoder.failure().error == ValidationError::kNone);
  return is_fine ? "OK" : to_string(decoder.failure());
}
std::string request(uint32_t interface_id, uint32_t name, uint32_t flags) {
  return result_of(&check_control_request, header_of(interface_id, name, flags));
}
std::string answer(uint32_t interface_id, uint32_t name, uint32_t flags) {
  return result_of(&check_control_answer, header_of(interface_id, name, flags));
}

TEST(ControlMessageTest, IsKnownByNameAndInterfaceId) {
  EXPECT_EQ(kind_of(header_of(0, 0, 0)), MessageKind::kMethod);
  EXPECT_EQ(kind_of(header_of(0, 0xfffffffd, 0)), MessageKind::kMethod);
  EXPECT_EQ(kind_of(header_of(7, kRunName, 0)), MessageKind::kRun);
  EXPECT_EQ(kind_of(header_of(0, kRunOrClosePipeName, 0)), MessageKind::kRunOrClosePipe);
  EXPECT_EQ(kind_of(header_of(kInvalidInterfaceId, kRunOrClosePipeName, 0)), MessageKind::kPipe);
  EXPECT_EQ(kind_of(header_of(kInvalidInterfaceId, 3, 0)), MessageKind::kPipe);
}

TEST(ControlMessageTest, RequestsHaveTheFlagsOfTheirKind) {
  EXPECT_EQ(request(0, kRunName, kExpectsResponse), "OK");
  EXPECT_EQ(request(0, kRunName, kExpectsResponse | kIsSync), "OK");
  EXPECT_EQ(request(0, kRunOrClosePipeName, 0), "OK");
  EXPECT_EQ(request(kInvalidInterfaceId, kRunOrClosePipeName, 0), "OK");
  const std::string wrong = "MESSAGE_HEADER_INVALID_FLAGS at byte 16";
  EXPECT_EQ(request(0, kRunName, 0), wrong);
  EXPECT_EQ(request(0, kRunName, kIsResponse), wrong);
  EXPECT_EQ(request(0, kRunOrClosePipeName, kExpectsResponse), wrong);
  EXPECT_EQ(request(kInvalidInterfaceId, kRunOrClosePipeName, kExpectsResponse), wrong);
  EXPECT_EQ(request(kInvalidInterfaceId, kRunOrClosePipeName, kIsResponse), wrong);
}

TEST(ControlMessageTest, ToThePipeThereIsOneName) {
  const std::string unknown = "MESSAGE_HEADER_UNKNOWN_METHOD at byte 12";
  EXPECT_EQ(request(kInvalidInterfaceId, kRunName, kExpectsResponse), unknown);
  EXPECT_EQ(request(kInvalidInterfaceId, 0, 0), unknown);
  EXPECT_EQ(request(0, 5, 0), unknown);  // a method
}

TEST(ControlMessageTest, OnlyRunIsAnswered) {
  EXPECT_EQ(answer(0, kRunName, kIsResponse), "OK");
  EXPECT_EQ(answer(0, kRunName, 0), "MESSAGE_HEADER_INVALID_FLAGS at byte 16");
  EXPECT_EQ(answer(0, kRunName, kExpectsResponse), "MESSAGE_HEADER_INVALID_FLAGS at byte 16");
  const std::string unknown = "MESSAGE_HEADER_UNKNOWN_METHOD at byte 12";
  EXPECT_EQ(answer(0, kRunOrClosePipeName, kIsResponse), unknown);
  EXPECT_EQ(answer(kInvalidInterfaceId, kRunOrClosePipeName, kIsResponse), unknown);
}

TEST(ControlMessageTest, HeadersAreWhatIsChecked) {
  const MessageHeader run = control_header(MessageKind::kRun, 9, 77);
  EXPECT_EQ(run.interface_id, 9U);
  EXPECT_EQ(run.request_id, 77U);
  EXPECT_EQ(result_of(&check_control_request, run), "OK");
  const MessageHeader answered = control_answer_header(run);
  EXPECT_EQ(answered.interface_id, 9U);
  EXPECT_EQ(answered.request_id, 77U);
  EXPECT_EQ(result_of(&check_control_answer, answered), "OK");
  for (const MessageKind kind : {MessageKind::kRunOrClosePipe, MessageKind::kPipe}) {
    const MessageHeader header = control_header(kind, 9, 77);
    EXPECT_EQ(kind_of(header), kind);
    EXPECT_EQ(header.request_id, 0U);
    EXPECT_EQ(result_of(&check_control_request, header), "OK");
  }
}

TEST(ControlMessageTest, AStructIsThePayload) {
  auto message = make_message(control_header(MessageKind::kPipe, 0), Point{1, 2});
  ASSERT_TRUE(message);
  EXPECT_THAT(
      message->buffer().bytes(),
      testing::ElementsAreArray(test::wire_bytes(
          "[dist4]header [u4]3 [u4]0xffffffff [u4]0xfffffffe [u4]0 [u4]0 [u8]0 "
          "[dist8]payload [u8]0 [u8]0 [anchr]header [anchr]payload [u4]16 [u4]0 [s4]1 [s4]2")));
  ReceivedHeader header;
  DecodeFailure failure;
  ASSERT_TRUE(read_message_header(message->buffer().bytes(), header, failure));
  Decoder decoder(message->buffer(), header.payload_offset, header.payload_end, message->handles());
  Point read;
  ASSERT_TRUE(read_payload(decoder, read));
  EXPECT_EQ(read, (Point{1, 2}));
}

}  // namespace
}  // namespace ferrule::wire
