// SPDX-License-Identifier: Apache-2.0
//
// Strangers that route their messages properly and lie in what the messages say.
#include "conformance/hostile_fixture.h"

namespace ferrule::test {
namespace {

class HostileMessageTest : public HostileTest {
 protected:
  /// Sends one message to a probe; the connection must end with `rule`.
  void expect_refused(const RawBytes& message, const std::string& rule) {
    SCOPED_TRACE(rule);
    Stranger& stranger = connect_stranger();
    const node::PortName port = open_probe(stranger);
    stranger.peer.write_message(port, 1, message);
    expect_closed(stranger, rule);
    EXPECT_EQ(stranger.probe->num_disconnects(), 1);
    EXPECT_EQ(stranger.probe->last_reason().code(), make_error_code(Errc::kBadMessage));
    EXPECT_EQ(stranger.probe->last_reason().message(), stranger.reason->message());
  }

  static wire::MessageHeader request(uint32_t name, uint32_t flags = wire::kExpectsResponse) {
    wire::MessageHeader header;
    header.name = name;
    header.flags = flags;
    header.request_id = 1;
    return header;
  }

  static constexpr uint32_t kAdd = 0;
  static constexpr uint32_t kEchoText = 1;
  static constexpr uint32_t kCount = 4;
  static constexpr uint32_t kClone = 7;
};

TEST_F(HostileMessageTest, NoHeader) {
  expect_refused({}, "ferrule.test.Probe: ");
  expect_refused(RawBytes(8, 0), "ferrule.test.Probe: ");
}

TEST_F(HostileMessageTest, AHeaderOfTheWrongSize) {
  wire::MessageHeader header = request(kAdd);
  header.num_bytes = 24;
  expect_refused(raw_message(header, raw_struct({1, 2})),
                 "ferrule.test.Probe: UNEXPECTED_STRUCT_HEADER");
  header.num_bytes = 0xfffffff8;
  expect_refused(raw_message(header, raw_struct({1, 2})),
                 "ferrule.test.Probe: ILLEGAL_MEMORY_RANGE");
}

TEST_F(HostileMessageTest, AHeaderWithImpossibleFlags) {
  expect_refused(
      raw_message(request(kAdd, wire::kExpectsResponse | wire::kIsResponse), raw_struct({1, 2})),
      "ferrule.test.Probe: MESSAGE_HEADER_INVALID_FLAGS");
}

TEST_F(HostileMessageTest, APayloadOutsideOfTheMessage) {
  wire::MessageHeader header = request(kAdd);
  header.payload = 0x7fffffff8;
  expect_refused(raw_message(header, raw_struct({1, 2})), "ferrule.test.Probe: ILLEGAL_POINTER");
}

TEST_F(HostileMessageTest, ParametersThatAreMissing) {
  expect_refused(raw_message(request(kAdd), {}), "ferrule.test.Probe: ILLEGAL_MEMORY_RANGE");
}

TEST_F(HostileMessageTest, ParametersThatAreTooShort) {
  expect_refused(raw_message(request(kAdd), raw_struct({})),
                 "Probe.Add request: UNEXPECTED_STRUCT_HEADER");
}

TEST_F(HostileMessageTest, ATextThatPointsNowhere) {
  expect_refused(raw_message(request(kEchoText), raw_struct({0x1000, 0})),
                 "Probe.EchoText request: field text: ILLEGAL_MEMORY_RANGE");
  expect_refused(raw_message(request(kEchoText), raw_struct({0, 0})),
                 "Probe.EchoText request: field text: UNEXPECTED_NULL_POINTER");
}

TEST_F(HostileMessageTest, ATextOfFourGigabytes) {
  RawBytes params = raw_struct({8, 0});
  append_number(params, uint32_t{0xffffffff});  // bytes of the array, its header included
  append_number(params, uint32_t{0xfffffff7});  // elements
  expect_refused(raw_message(request(kEchoText), params),
                 "Probe.EchoText request: field text: ILLEGAL_MEMORY_RANGE");
}

TEST_F(HostileMessageTest, AHandleThatDidNotCome) {
  expect_refused(raw_message(request(kClone, 0), raw_struct({0, 0})),
                 "Probe.Clone request: field receiver: ILLEGAL_HANDLE");
}

TEST_F(HostileMessageTest, AMethodThatDoesNotExist) {
  expect_refused(raw_message(request(4711), raw_struct({})),
                 "Probe.method 4711 request: MESSAGE_HEADER_UNKNOWN_METHOD");
  expect_refused(raw_message(request(4711, 0), raw_struct({})),
                 "Probe.method 4711 request: MESSAGE_HEADER_UNKNOWN_METHOD");
}

TEST_F(HostileMessageTest, ARequestThatWantsNoAnswerAndTheOtherWayRound) {
  expect_refused(raw_message(request(kAdd, 0), raw_struct({1, 2})),
                 "Probe.Add request: MESSAGE_HEADER_INVALID_FLAGS");
  expect_refused(raw_message(request(kCount), raw_struct({1, 0})),
                 "Probe.Count request: MESSAGE_HEADER_INVALID_FLAGS");
}

TEST_F(HostileMessageTest, AnAnswerThatNobodyAskedFor) {
  expect_refused(raw_message(request(kAdd, wire::kIsResponse), raw_struct({3, 0})),
                 "method 0 response: UNEXPECTED_ANSWER");
}

// ---- answers to what the runtime itself asked ---------------------------------------------------

class HostileAnswerTest : public HostileMessageTest {
 protected:
  /// The runtime asks the stranger for a probe and calls it; the request reaches the stranger.
  Stranger& connect_asked_stranger() {
    Stranger& stranger = connect_stranger();
    stranger.peer.write_hello();
    remote_.bind(stranger.connection.request<Probe>(), io_.get_executor());
    remote_.set_disconnect_handler([this] { ++num_disconnects_; });
    remote_->Add(1, 2, [this](error_code error, int32_t sum) {
      EXPECT_FALSE(call_error_) << "completed twice";
      call_error_ = error;
      sum_ = sum;
    });
    std::optional<node::ArrivedAttachment> offered;
    run_until([&] {
      offered = stranger.peer.try_read_control<node::ArrivedAttachment>();
      return offered.has_value();
    });
    EXPECT_EQ(offered->name, "ferrule.test.Probe");
    peer_ = offered->end.peer.port;
    stranger.peer.write_event({offered->end.origin, node::PortAccepted{{node::kLocal, ours_}}});
    std::optional<RawPeer::ReceivedFrame> frame;
    run_until([&] {
      frame = stranger.peer.try_read_message();
      return frame.has_value();
    });
    std::memcpy(&asked_, frame->body.data(), sizeof(asked_));
    EXPECT_EQ(asked_.name, kAdd);
    return stranger;
  }

  wire::MessageHeader answer() const {
    wire::MessageHeader header;
    header.name = asked_.name;
    header.flags = wire::kIsResponse;
    header.request_id = asked_.request_id;
    return header;
  }

  void expect_call_failed(Errc code) {
    run_until([this] { return call_error_ && num_disconnects_ > 0; });
    EXPECT_EQ(call_error_, code);
    EXPECT_EQ(num_disconnects_, 1);
    remote_.reset();
  }

  Remote<Probe> remote_;
  std::optional<error_code> call_error_;
  int32_t sum_ = 0;
  int num_disconnects_ = 0;
  node::PortName peer_;
  const node::PortName ours_ = RawPeer::make_port_name();
  wire::MessageHeader asked_;
};

TEST_F(HostileAnswerTest, IsTakenIfItIsRight) {
  Stranger& stranger = connect_asked_stranger();
  stranger.peer.write_message(peer_, 1, raw_message(answer(), raw_struct({3, 0})));
  run_until([this] { return call_error_.has_value(); });
  EXPECT_FALSE(*call_error_);
  EXPECT_EQ(sum_, 3);
  remote_.reset();
}

TEST_F(HostileAnswerTest, ToARequestThatWasNotMade) {
  Stranger& stranger = connect_asked_stranger();
  wire::MessageHeader header = answer();
  header.request_id += 1;
  stranger.peer.write_message(peer_, 1, raw_message(header, raw_struct({3, 0})));
  expect_closed(stranger, "UNEXPECTED_ANSWER");
  expect_call_failed(Errc::kBadMessage);
}

TEST_F(HostileAnswerTest, GivenTwice) {
  Stranger& stranger = connect_asked_stranger();
  stranger.peer.write_message(peer_, 1, raw_message(answer(), raw_struct({3, 0})));
  stranger.peer.write_message(peer_, 2, raw_message(answer(), raw_struct({4, 0})));
  expect_closed(stranger, "UNEXPECTED_ANSWER");
  EXPECT_EQ(sum_, 3);
  remote_.reset();
}

TEST_F(HostileAnswerTest, WithBadValues) {
  Stranger& stranger = connect_asked_stranger();
  stranger.peer.write_message(peer_, 1, raw_message(answer(), raw_struct({})));
  expect_closed(stranger, "response: UNEXPECTED_STRUCT_HEADER");
  expect_call_failed(Errc::kBadMessage);
}

TEST_F(HostileAnswerTest, IsARequestInstead) {
  Stranger& stranger = connect_asked_stranger();
  stranger.peer.write_message(peer_, 1, raw_message(request(kAdd), raw_struct({1, 2})));
  expect_closed(stranger, "MESSAGE_HEADER_UNKNOWN_METHOD");
  expect_call_failed(Errc::kBadMessage);
}

}  // namespace
}  // namespace ferrule::test
