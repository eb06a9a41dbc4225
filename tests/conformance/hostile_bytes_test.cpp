// SPDX-License-Identifier: Apache-2.0
//
// Strangers that do not speak the protocol, or stop in the middle of a word.
#include <random>

#include "conformance/hostile_fixture.h"

namespace ferrule::test {
namespace {

using HostileBytesTest = HostileTest;

constexpr uint32_t kNumSeeds = 100;

RawBytes random_bytes(std::mt19937& random, size_t num_bytes) {
  RawBytes bytes(num_bytes);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

bool is_rule(const std::string& message) {
  return message.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") > 3;
}

TEST_F(HostileBytesTest, RandomBytes) {
  for (uint32_t seed = 0; seed < kNumSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Stranger& stranger = connect_stranger();
    // Enough for a frame header: there are 256 kinds of frame and six are known.
    stranger.peer.write(random_bytes(random, 16 + random() % 3000));
    stranger.peer.close();
    run_until([&] { return stranger.reason.has_value(); });
    EXPECT_TRUE(stranger.reason->code() == Errc::kBadMessage ||
                stranger.reason->code() == Errc::kDisconnected);
    if (stranger.reason->code() == Errc::kBadMessage) {
      EXPECT_PRED1(is_rule, stranger.reason->message());
    }
    EXPECT_EQ(stranger.num_closed, 1);
  }
}

TEST_F(HostileBytesTest, RandomFrames) {
  for (uint32_t seed = 0; seed < kNumSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Stranger& stranger = connect_stranger();
    if (seed % 2 == 0) stranger.peer.write_hello();
    stranger.peer.write_frame(random_bytes(random, 32 + random() % 500));
    expect_closed(stranger, "LINK_");
  }
}

TEST_F(HostileBytesTest, RandomControlMessages) {
  for (uint32_t seed = 0; seed < kNumSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Stranger& stranger = connect_stranger();
    stranger.peer.write_hello();
    stranger.peer.write_control(random_bytes(random, random() % 500));
    expect_closed(stranger, "control message, ");
  }
}

TEST_F(HostileBytesTest, ControlMessagesWithOneByteChanged) {
  for (uint32_t seed = 0; seed < 4 * kNumSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Stranger& stranger = connect_stranger();
    const node::PortName port = open_probe(stranger);
    using Verdict = node::ObserveProxyAck::Verdict;
    const node::DepartingEvent events[] = {
        {port, node::PortClosed{0}},
        {port, node::ObserveProxyAck{static_cast<Verdict>(random() % 3), random() % 3}},
        {port, node::PortAccepted{{node::kLocal, port}}},
        {port, node::ObserveProxy{{RawPeer::kThere, port}, {node::kLocal, port}}}};
    const Buffer body = stranger.peer.codec().encode(events[random() % 4]);
    RawBytes bytes(body.bytes().begin(), body.bytes().end());
    bytes[random() % bytes.size()] ^= static_cast<uint8_t>(1U << random() % 8);
    stranger.peer.write_control(bytes);
    // It may still be a sentence, and a harmless one.
    stranger.peer.close();
    run_until([&] { return stranger.reason.has_value(); });
    EXPECT_EQ(stranger.num_closed, 1);
  }
}

TEST_F(HostileBytesTest, RandomMessages) {
  for (uint32_t seed = 0; seed < kNumSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Stranger& stranger = connect_stranger();
    const node::PortName port = open_probe(stranger);
    stranger.peer.write_message(port, 1, random_bytes(random, random() % 200));
    expect_closed(stranger, "ferrule.test.Probe: ");
  }
}

TEST_F(HostileBytesTest, TruncatedFrames) {
  Stranger& whole = connect_stranger();
  whole.peer.write_hello();
  RawBytes frame = raw_frame_header(100, 0, 1);
  frame.resize(116, 0);
  for (const size_t num_bytes : {1U, 15U, 16U, 17U, 115U}) {
    SCOPED_TRACE(num_bytes);
    Stranger& stranger = connect_stranger();
    stranger.peer.write_hello();
    stranger.peer.write(std::span(frame).first(num_bytes));
    stranger.peer.close();
    run_until([&] { return stranger.reason.has_value(); });
    EXPECT_EQ(stranger.reason->code(), make_error_code(Errc::kDisconnected));
    EXPECT_EQ(stranger.reason->message(),
              "the peer closed the connection in the middle of a frame");
    EXPECT_EQ(stranger.num_closed, 1);
  }
}

TEST_F(HostileBytesTest, NothingAtAll) {
  Stranger& stranger = connect_stranger();
  run_ready(io_);
  EXPECT_TRUE(stranger.connection.is_open()) << "silence breaks no rule";
  stranger.peer.close();
  run_until([&] { return stranger.reason.has_value(); });
  EXPECT_EQ(stranger.reason->code(), make_error_code(Errc::kDisconnected));
}

TEST_F(HostileBytesTest, HugeSizes) {
  for (const uint32_t num_bytes : {0xffffffffU, 0x80000000U, 0x20000000U}) {
    Stranger& stranger = connect_stranger();
    stranger.peer.write(raw_frame_header(num_bytes, 0, 1));
    expect_closed(stranger, "FRAME_TOO_LARGE");
  }
}

TEST_F(HostileBytesTest, ALargeFrameThatIsOnlyAnnouncedTakesNoMemory) {
  // Just below the limit: allowed. It must not be paid for before it comes.
  for (int i = 0; i < 8; ++i) {
    Stranger& stranger = connect_stranger();
    stranger.peer.write(raw_frame_header(0x10000000, 0, 1));
    run_ready(io_);
    EXPECT_TRUE(stranger.connection.is_open());
  }
}

TEST_F(HostileBytesTest, MoreDescriptorsThanAnnounced) {
  Stranger& stranger = connect_stranger();
  std::vector<UniqueFd> descriptors;
  descriptors.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  RawBytes frame = raw_frame_header(8, 0, 1);
  frame.resize(24, 0);
  stranger.peer.write(frame, descriptors);
  expect_closed(stranger, "DESCRIPTOR_COUNT_MISMATCH");
}

TEST_F(HostileBytesTest, FewerDescriptorsThanAnnounced) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write(raw_frame_header(8, 3, 1));
  expect_closed(stranger, "DESCRIPTOR_COUNT_MISMATCH");
}

}  // namespace
}  // namespace ferrule::test
