// SPDX-License-Identifier: Apache-2.0
// What a peer that writes to the socket itself can do to us: end its own connection.
#include <sys/resource.h>

#include "ferrule/platform/socket_message.h"
#include "ferrule/transport/frame_header.h"

#include "transport_fixture.h"

namespace ferrule::transport {
namespace {

class HostilePeerTest : public SocketPairTest {
 protected:
  // Whatever the peer did, its descriptors do not stay with us.
  void SetUp() override {
    open_reactor();
    num_before_ = count_entries("/proc/self/fd");
  }
  void TearDown() override {
    right_heard.frames.clear();
    right.reset();
    raw.reset();
    EXPECT_EQ(count_entries("/proc/self/fd"), num_before_);
  }

  void write_raw(std::span<const uint8_t> bytes, size_t num_descriptors = 0) {
    std::vector<UniqueFd> descriptors;
    for (size_t i = 0; i < num_descriptors; ++i) {
      descriptors.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    const iovec piece{const_cast<uint8_t*>(bytes.data()), bytes.size()};
    Result<platform::SocketTransfer> sent =
        platform::send_with_descriptors(raw, {&piece, 1}, descriptors);
    ASSERT_TRUE(sent.ok());
    ASSERT_EQ(sent->num_bytes, bytes.size());
  }

  void write_header(uint32_t num_bytes, uint16_t num_descriptors, uint8_t kind,
                    size_t num_real_descriptors = 0, uint64_t region = 0) {
    uint8_t bytes[kFrameHeaderBytes];
    write_frame_header({num_bytes, num_descriptors, static_cast<FrameKind>(kind), region}, bytes);
    write_raw(bytes, num_real_descriptors);
  }

  void expect_closed_with(const std::string& rule) {
    run_until([&] { return right_heard.closed.has_value(); });
    EXPECT_EQ(right_heard.closed->code(), make_error_code(Errc::kBadMessage));
    EXPECT_EQ(right_heard.closed->message().substr(0, rule.size()), rule)
        << right_heard.closed->message();
    settle();
    EXPECT_EQ(right_heard.num_closed, 1U);
  }

 private:
  size_t num_before_ = 0;
};

TEST_F(HostilePeerTest, UnknownKind) {
  connect_raw();
  write_header(0, 0, 77);
  expect_closed_with("FRAME_HEADER_INVALID");
}

TEST_F(HostilePeerTest, KindZero) {
  connect_raw();
  write_header(0, 0, 0);
  expect_closed_with("FRAME_HEADER_INVALID");
}

TEST_F(HostilePeerTest, ReservedFieldNotZero) {
  connect_raw();
  write_header(0, 0, 1, 0, 5);
  expect_closed_with("FRAME_HEADER_INVALID");
}

TEST_F(HostilePeerTest, GiantFrame) {
  connect_raw();
  write_header(0xffffffff, 0, 1);
  expect_closed_with("FRAME_TOO_LARGE");
}

TEST_F(HostilePeerTest, OneByteMoreThanAFrameMayHave) {
  options_.max_frame_bytes = 1000;
  connect_raw();
  write_header(1000, 0, 1);
  settle();
  EXPECT_FALSE(right_heard.closed.has_value());
  write_raw(std::vector<uint8_t>(1000, 0));
  write_header(1001, 0, 1);
  expect_closed_with("FRAME_TOO_LARGE");
  EXPECT_EQ(right_heard.frames.size(), 1U);
}

TEST_F(HostilePeerTest, FewerDescriptorsThanAnnounced) {
  connect_raw();
  write_header(0, 2, 1, 1);
  expect_closed_with("DESCRIPTOR_COUNT_MISMATCH");
}

TEST_F(HostilePeerTest, MoreDescriptorsThanAnnounced) {
  connect_raw();
  write_header(0, 1, 1, 2);
  expect_closed_with("DESCRIPTOR_COUNT_MISMATCH");
}

TEST_F(HostilePeerTest, MoreDescriptorsThanAnnouncedByAFrameThatIsNotComplete) {
  connect_raw();
  write_header(100, 1, 1, 2);
  expect_closed_with("DESCRIPTOR_COUNT_MISMATCH");
}

TEST_F(HostilePeerTest, MoreDescriptorsThanAFrameMayAnnounce) {
  connect_raw();
  write_header(0, 241, 1, 241);
  expect_closed_with("DESCRIPTOR_COUNT_MISMATCH");
}

TEST_F(HostilePeerTest, DescriptorsPiledUpBeforeAHeader) {
  connect_raw();
  const uint8_t byte = 0;
  write_raw({&byte, 1}, 200);
  settle();
  write_raw({&byte, 1}, 200);
  expect_closed_with("DESCRIPTOR_COUNT_MISMATCH");
}

TEST_F(HostilePeerTest, DescriptorsThatThisProcessHasNoRoomFor) {
  connect_raw();
  write_header(0, 20, 1, 20);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const UniqueFd highest(::fcntl(raw.get(), F_DUPFD_CLOEXEC, 0));
  const rlimit tight{static_cast<rlim_t>(highest.get()) + 5, limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  run_until([&] { return right_heard.closed.has_value(); });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(right_heard.closed->code(), make_error_code(Errc::kResourceExhausted));
  EXPECT_TRUE(right_heard.frames.empty());
}

TEST_F(HostilePeerTest, TruncatedFrame) {
  connect_raw();
  write_header(100, 0, 1);
  write_raw(std::vector<uint8_t>(99, 0));
  raw.reset();
  run_until([&] { return right_heard.closed.has_value(); });
  EXPECT_EQ(right_heard.closed->code(), make_error_code(Errc::kDisconnected));
  EXPECT_NE(right_heard.closed->message().find("middle of a frame"), std::string::npos);
  EXPECT_TRUE(right_heard.frames.empty());
}

TEST_F(HostilePeerTest, ValidFramesBeforeTheBrokenOneAreDelivered) {
  connect_raw();
  std::vector<uint8_t> bytes(2 * kFrameHeaderBytes);
  write_frame_header({0, 0, FrameKind::kInline, 0}, bytes);
  bytes[kFrameHeaderBytes + 6] = 99;
  write_raw(bytes);
  expect_closed_with("FRAME_HEADER_INVALID");
  EXPECT_EQ(right_heard.frames.size(), 1U);
  EXPECT_EQ(right_heard.batches.size(), 1U);
}

TEST_F(HostilePeerTest, AFrameInSingleBytesArrives) {
  connect_raw();
  std::vector<uint8_t> bytes(kFrameHeaderBytes + 5, 'x');
  write_frame_header({5, 0, FrameKind::kInline, 0}, bytes);
  for (const uint8_t& byte : bytes) {
    write_raw({&byte, 1});
    settle();
  }
  ASSERT_EQ(right_heard.frames.size(), 1U);
  EXPECT_EQ(to_text(right_heard.frames[0].body), "xxxxx");
}

TEST_F(HostilePeerTest, RandomBytesOnlyEndTheirConnection) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    right_heard = Recorder();
    connect_raw();
    std::vector<uint8_t> bytes = random_bytes(2000, seed);
    // Half of them get past the first checks of the header.
    if (seed % 2 == 0) {
      for (size_t i = 0; i + kFrameHeaderBytes < bytes.size(); i += 64) {
        bytes[i + 1] = bytes[i + 2] = bytes[i + 3] = bytes[i + 5] = bytes[i + 7] = 0;
        bytes[i + 0] = 48;
        bytes[i + 4] = static_cast<uint8_t>(bytes[i + 4] % 2);
        bytes[i + 6] = static_cast<uint8_t>(1 + bytes[i + 6] % 6);
      }
    }
    write_raw(bytes, seed % 3);
    raw.reset();
    run_until([&] { return right_heard.closed.has_value(); });
    settle();
    EXPECT_EQ(right_heard.num_closed, 1U);
  }
}

}  // namespace
}  // namespace ferrule::transport
