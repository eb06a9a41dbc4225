// SPDX-License-Identifier: Apache-2.0
//
// Strangers that break no rule of form and try to fill our memory.
#include <unistd.h>

#include "conformance/hostile_fixture.h"

namespace ferrule::test {
namespace {

using HostileFloodTest = HostileTest;

TEST_F(HostileFloodTest, KeepsABoundedNumberOfRequestsThatNobodyServes) {
  constexpr int kNumRequests = 300;
  constexpr int kMaxWaiting = 256;
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  int num_refused = 0;
  for (int i = 0; i < kNumRequests; ++i) {
    stranger.peer.write_attachment("nobody serves this");
    run_ready(io_);
    while (stranger.peer.try_read_control<node::PortClosed>()) ++num_refused;
  }
  EXPECT_EQ(num_refused, kNumRequests - kMaxWaiting) << "whoever comes too late is closed";
  EXPECT_TRUE(stranger.connection.is_open());

  int num_served = 0;
  stranger.connection.provide_pipe("nobody serves this", [&](MessagePipe) { ++num_served; });
  EXPECT_EQ(num_served, kMaxWaiting);
}

TEST_F(HostileFloodTest, RefusesLongNames) {
  Stranger& polite = connect_stranger();
  polite.peer.write_hello();
  polite.peer.write_attachment(std::string(1024, 'n'));
  run_ready(io_);
  EXPECT_TRUE(polite.connection.is_open());

  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  stranger.peer.write_attachment(std::string(1025, 'n'));
  expect_closed(stranger, "ATTACHMENT_NAME_TOO_LONG");
}

TEST_F(HostileFloodTest, EventsForAPortThatItWasGiven) {
  // Each kind that breaks no rule, a few thousand times: nothing of them is kept.
  const node::PortEvent events[] = {
      node::ObserveProxy{{RawPeer::kThere, RawPeer::make_port_name()}, {}},
      node::ObserveProxyAck{node::ObserveProxyAck::Verdict::kChanged, 0}, node::SenderChanged{},
      node::CreditGranted{}, node::PortProbed{true}};
  for (const node::PortEvent& event : events) {
    Stranger& stranger = connect_stranger();
    const node::PortName port = open_probe(stranger);
    for (int i = 0; i < 3000; ++i) {
      stranger.peer.write_event({port, event});
      if (i % 100 == 0) run_ready(io_);
    }
    run_ready(io_);
    expect_honest_goes_on();
  }
}

TEST_F(HostileFloodTest, DescriptorsThatNobodyTakes) {
  // Each pipe is within its window.
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  std::vector<UniqueFd> descriptors;
  for (int i = 0; i < 100; ++i) descriptors.emplace_back(::dup(STDERR_FILENO));
  for (int pipe = 0; pipe < 3; ++pipe) {
    stranger.peer.write_attachment("nobody serves this");
    const node::PortName port = read_accepted_port(stranger);
    for (uint64_t sequence = 1; sequence <= 2; ++sequence) {
      stranger.peer.write_message(port, sequence, RawBytes(16), {}, descriptors);
      run_ready(io_);
    }
    expect_honest_goes_on();
  }
  EXPECT_TRUE(stranger.connection.is_open());
  stranger.peer.write_attachment("nobody serves this");
  expect_closed(stranger, "TOO_MANY_UNREAD_DESCRIPTORS");
}

TEST_F(HostileFloodTest, AFrameOfWhichTheRestNeverComes) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  RawBytes frame = raw_frame_header(4096, 0, 1);
  const RawBytes header = raw_link_header(1, 0, 1, port);
  frame.insert(frame.end(), header.begin(), header.end());
  stranger.peer.write(frame);
  run_ready(io_);
  expect_honest_goes_on();
  EXPECT_TRUE(stranger.connection.is_open()) << "it may still come";
}

TEST_F(HostileFloodTest, ClosesPipesThatAreOpenedAndLeft) {
  Stranger& stranger = connect_stranger();
  provide_probe(stranger);
  stranger.peer.write_hello();
  for (int i = 0; i < 300; ++i) {
    stranger.peer.write_attachment("ferrule.test.Probe");
    const node::PortName port = read_accepted_port(stranger);
    stranger.peer.write_event({port, node::PortClosed{0}});
  }
  run_until([&] { return stranger.probe->num_disconnects() == 300; });
  EXPECT_TRUE(stranger.connection.is_open());
}

}  // namespace
}  // namespace ferrule::test
