// SPDX-License-Identifier: Apache-2.0
//
// Strangers that know the protocol of the nodes and break its rules: who may say what, when, and
// about which port.
#include <fcntl.h>

#include "conformance/hostile_fixture.h"

namespace ferrule::test {
namespace {

using HostileProtocolTest = HostileTest;

/// probe.Add(2, 3), with a request id.
RawBytes add_request(uint64_t request_id) {
  wire::MessageHeader header;
  header.flags = wire::kExpectsResponse;
  header.request_id = request_id;
  return raw_message(header, raw_struct({2, 3}));
}

std::vector<UniqueFd> open_descriptors(size_t count) {
  std::vector<UniqueFd> descriptors;
  for (size_t i = 0; i < count; ++i) {
    descriptors.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
  return descriptors;
}

// ---- greeting -----------------------------------------------------------------------------------

TEST_F(HostileProtocolTest, AnswersAStrangerThatKeepsTheRules) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.peer.write_message(port, 1, add_request(1));
  std::optional<RawPeer::ReceivedFrame> answer;
  run_until([&] {
    answer = stranger.peer.try_read_message();
    return answer.has_value();
  });
  EXPECT_EQ(answer->header.sequence, 1U);
  EXPECT_TRUE(stranger.connection.is_open());
}

TEST_F(HostileProtocolTest, AMessageBeforeHello) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_message(RawPeer::make_port_name(), 1, add_request(1));
  expect_closed(stranger, "HELLO_MISSING");
}

TEST_F(HostileProtocolTest, AnAttachmentBeforeHello) {
  Stranger& stranger = connect_stranger();
  provide_probe(stranger);
  stranger.peer.write_attachment("ferrule.test.Probe");
  expect_closed(stranger, "HELLO_MISSING");
}

TEST_F(HostileProtocolTest, AnEventBeforeHello) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_event({RawPeer::make_port_name(), node::PortClosed{0}});
  expect_closed(stranger, "HELLO_MISSING");
}

TEST_F(HostileProtocolTest, HelloTwice) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  stranger.peer.write_hello();
  expect_closed(stranger, "HELLO_REPEATED");
}

TEST_F(HostileProtocolTest, AnotherVersionOfTheProtocol) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello(77);
  expect_closed(stranger, "the peer speaks version 77 of the protocol, this process version 1",
                Errc::kHandshakeFailed);
}

TEST_F(HostileProtocolTest, NothingAfterABrokenRuleIsHeard) {
  Stranger& stranger = connect_stranger();
  provide_probe(stranger);
  stranger.peer.write_hello();
  stranger.peer.write_hello();
  stranger.peer.write_attachment("ferrule.test.Probe");
  expect_closed(stranger, "HELLO_REPEATED");
  EXPECT_EQ(stranger.probe->num_disconnects(), 0) << "no pipe was ever made of it";
}

// ---- form ---------------------------------------------------------------------------------------

TEST_F(HostileProtocolTest, AnUnknownControlMessage) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  // ControlMessage with the inline union Control: size 16, tag 99, no value.
  stranger.peer.write_control(raw_struct({16, 99, 0, 0}));
  expect_closed(stranger, "UNKNOWN_UNION_TAG");
}

TEST_F(HostileProtocolTest, AnUnknownKindOfLinkFrame) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_frame(raw_link_header(3, 0, 0, {}));
  expect_closed(stranger, "LINK_FRAME_KIND_UNKNOWN");
}

TEST_F(HostileProtocolTest, AShortLinkHeader) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_frame(RawBytes(31, 0));
  expect_closed(stranger, "LINK_HEADER_TRUNCATED");
}

TEST_F(HostileProtocolTest, ReservedFieldsOfTheLinkHeader) {
  for (const RawBytes& header : {raw_link_header(2, 0, 0, {}, 1), raw_link_header(2, 0, 1, {}),
                                 raw_link_header(2, 0, 0, RawPeer::make_port_name())}) {
    Stranger& stranger = connect_stranger();
    stranger.peer.write_frame(header);
    expect_closed(stranger, "LINK_HEADER_FIELD_NOT_ZERO");
  }
}

TEST_F(HostileProtocolTest, AControlMessageWithDescriptors) {
  Stranger& stranger = connect_stranger();
  RawBytes frame = raw_link_header(2, 0, 0, {});
  const Buffer hello = stranger.peer.codec().encode(node::Greeting{1});
  frame.insert(frame.end(), hello.bytes().begin(), hello.bytes().end());
  stranger.peer.write_frame(frame, open_descriptors(2));
  expect_closed(stranger, "CONTROL_MESSAGE_WITH_DESCRIPTORS");
}

// ---- ports --------------------------------------------------------------------------------------

TEST_F(HostileProtocolTest, AMessageToAForgedPort) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  stranger.peer.write_message(RawPeer::make_port_name(), 1, add_request(1));
  expect_closed(stranger, "UNKNOWN_PORT");
}

TEST_F(HostileProtocolTest, APortNameWithOneBitChanged) {
  Stranger& stranger = connect_stranger();
  node::PortName port = open_probe(stranger);
  port.low ^= 1;
  stranger.peer.write_message(port, 1, add_request(1));
  expect_closed(stranger, "UNKNOWN_PORT");
}

TEST_F(HostileProtocolTest, EventsForAForgedPort) {
  const node::PortName forged = RawPeer::make_port_name();
  const node::PortEvent events[] = {node::PortClosed{0}, node::PortAccepted{{node::kLocal, forged}},
                                    node::ObserveProxy{}, node::CreditGranted{}};
  for (const node::PortEvent& event : events) {
    Stranger& stranger = connect_stranger();
    stranger.peer.write_hello();
    stranger.peer.write_event({forged, event});
    expect_closed(stranger, "UNKNOWN_PORT");
  }
}

TEST_F(HostileProtocolTest, AnswersThatNobodyAskedForAreDropped) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  for (const node::PortName& to : {port, RawPeer::make_port_name()}) {
    stranger.peer.write_event({to, node::ObserveProxyAck{}});
    stranger.peer.write_event({to, node::PortProbed{true}});
  }
  stranger.peer.write_message(port, 1, add_request(1));
  run_until([&] { return stranger.peer.try_read_message().has_value(); });
  EXPECT_TRUE(stranger.connection.is_open());
}

TEST_F(HostileProtocolTest, AMessageBeyondTheWindowEndsItsPipeAlone) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.peer.write_message(port, node::kInitialWindow.num_messages + 1, add_request(1));
  std::optional<node::PortClosed> closed;
  run_until([&] {
    closed = stranger.peer.try_read_control<node::PortClosed>();
    return closed.has_value();
  });
  EXPECT_TRUE(stranger.connection.is_open());
}

TEST_F(HostileProtocolTest, APortThatWasGivenToSomebodyElse) {
  Stranger& owner = connect_stranger();
  const node::PortName port = open_probe(owner);
  Stranger& thief = connect_stranger();
  thief.peer.write_hello();
  thief.peer.write_message(port, 1, add_request(1));
  expect_closed(thief, "PORT_NOT_GIVEN");
  Stranger& closer = connect_stranger();
  closer.peer.write_hello();
  closer.peer.write_event({port, node::PortClosed{0}});
  expect_closed(closer, "PORT_NOT_GIVEN");

  owner.peer.write_message(port, 1, add_request(1));
  run_until([&] { return owner.peer.try_read_message().has_value(); });
  EXPECT_TRUE(owner.connection.is_open()) << "its owner goes on using it";
}

TEST_F(HostileProtocolTest, AnAttachmentThatTalksToSomebodyElsesPort) {
  Stranger& owner = connect_stranger();
  const node::PortName port = open_probe(owner);
  Stranger& thief = connect_stranger();
  provide_probe(thief);
  thief.peer.write_hello();
  thief.peer.write_attachment("ferrule.test.Probe",
                              {RawPeer::make_port_name(), {RawPeer::kThere, port}, 1, 1, false, 0});
  expect_closed(thief, "PORT_NOT_GIVEN");
}

TEST_F(HostileProtocolTest, AMessageToAPortThatHasClosedIsNoBreach) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.probe->close_all();
  stranger.peer.write_message(port, 1, add_request(1));
  stranger.peer.write_event({port, node::PortClosed{1}});
  run_ready(io_);
  EXPECT_TRUE(stranger.connection.is_open());
}

TEST_F(HostileProtocolTest, PortAcceptedForAPortThatDoesNotMove) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.peer.write_event({port, node::PortAccepted{{node::kLocal, RawPeer::make_port_name()}}});
  expect_closed(stranger, "UNEXPECTED_PORT_ACCEPTED");
}

// ---- sequence numbers ---------------------------------------------------------------------------

TEST_F(HostileProtocolTest, ASequenceNumberTwice) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.peer.write_message(port, 1, add_request(1));
  stranger.peer.write_message(port, 1, add_request(2));
  expect_closed(stranger, "SEQUENCE_REPEATED");
}

TEST_F(HostileProtocolTest, AnEarlySequenceNumberTwice) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.peer.write_message(port, 9, add_request(1));
  stranger.peer.write_message(port, 9, add_request(2));
  expect_closed(stranger, "SEQUENCE_REPEATED");
}

TEST_F(HostileProtocolTest, SequenceNumbersOutOfRange) {
  for (const uint64_t sequence : {uint64_t{0}, (uint64_t{1} << 62) + 1, ~uint64_t{0}}) {
    Stranger& stranger = connect_stranger();
    const node::PortName port = open_probe(stranger);
    stranger.peer.write_message(port, sequence, add_request(1));
    expect_closed(stranger, "SEQUENCE_OUT_OF_RANGE");
    Stranger& closer = connect_stranger();
    if (sequence == 0) continue;  // closed without having sent anything
    closer.peer.write_event({open_probe(closer), node::PortClosed{sequence}});
    expect_closed(closer, "SEQUENCE_OUT_OF_RANGE");
  }
}

TEST_F(HostileProtocolTest, SequenceNumbersOfAMovedPortOutOfRange) {
  for (const auto& [to_send, to_receive] :
       {std::pair<uint64_t, uint64_t>{0, 1}, {1, 0}, {~uint64_t{0}, 1}, {1, ~uint64_t{0}}}) {
    Stranger& stranger = connect_stranger();
    stranger.peer.write_hello();
    stranger.peer.write_attachment("x", {RawPeer::make_port_name(),
                                         {node::kLocal, RawPeer::make_port_name()},
                                         to_send,
                                         to_receive,
                                         false,
                                         0});
    expect_closed(stranger, "SEQUENCE_OUT_OF_RANGE");
  }
}

// ---- route records ------------------------------------------------------------------------------

class HostileRouteRecordsTest : public HostileTest {
 protected:
  /// The records of `num_descriptors` descriptors, as an honest peer writes them beside a port.
  static std::vector<uint8_t> records(Stranger& stranger, size_t num_descriptors) {
    std::vector<node::CarriedHandle> handles(num_descriptors);
    return stranger.peer.codec().encode_records(handles);
  }
};

TEST_F(HostileRouteRecordsTest, FewerDescriptorsThanRecords) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.peer.write_message(port, 1, add_request(1), records(stranger, 2), open_descriptors(1));
  expect_closed(stranger, "DESCRIPTOR_COUNT_MISMATCH");
}

TEST_F(HostileRouteRecordsTest, OneDescriptorForARecordOfTwo) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  std::vector<node::CarriedHandle> handles;
  handles.emplace_back(UniqueFd());
  handles.emplace_back(wire::DescriptorPair());
  stranger.peer.write_message(port, 1, add_request(1),
                              stranger.peer.codec().encode_records(handles), open_descriptors(2));
  expect_closed(stranger, "DESCRIPTOR_COUNT_MISMATCH");
}

TEST_F(HostileRouteRecordsTest, MoreDescriptorsThanRecords) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.peer.write_message(port, 1, add_request(1), records(stranger, 1), open_descriptors(3));
  expect_closed(stranger, "DESCRIPTOR_COUNT_MISMATCH");
}

TEST_F(HostileRouteRecordsTest, Garbage) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.peer.write_message(port, 1, add_request(1), RawBytes(40, 0xee), open_descriptors(1));
  expect_closed(stranger, "route records, ");
}

TEST_F(HostileRouteRecordsTest, LongerThanTheFrame) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  stranger.peer.write_frame(raw_link_header(1, 1000, 1, port));
  expect_closed(stranger, "LINK_TAIL_TRUNCATED");
}

TEST_F(HostileRouteRecordsTest, APortThatWasNotGiven) {
  Stranger& owner = connect_stranger();
  const node::PortName other = open_probe(owner);
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  std::vector<node::CarriedHandle> handles;
  handles.emplace_back(
      node::MovedEnd{RawPeer::make_port_name(), {RawPeer::kThere, other}, 1, 1, false, 0});
  stranger.peer.write_message(port, 1, add_request(1),
                              stranger.peer.codec().encode_records(handles));
  expect_closed(stranger, "PORT_NOT_GIVEN");
}

TEST_F(HostileRouteRecordsTest, HandlesThatTheMethodDoesNotTakeAreClosed) {
  // No breach: the bytes are sound. The descriptors and the end must go all the same.
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  std::vector<node::CarriedHandle> handles(2);
  handles.emplace_back(node::MovedEnd{
      RawPeer::make_port_name(), {node::kLocal, RawPeer::make_port_name()}, 1, 1, false, 0});
  stranger.peer.write_message(port, 1, add_request(1),
                              stranger.peer.codec().encode_records(handles), open_descriptors(2));
  std::optional<node::PortClosed> closed;
  run_until([&] {
    closed = stranger.peer.try_read_control<node::PortClosed>();
    return closed.has_value();
  });
  EXPECT_TRUE(stranger.connection.is_open());
}

}  // namespace
}  // namespace ferrule::test
