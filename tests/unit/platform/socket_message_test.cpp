// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/socket_message.h"

#include <array>
#include <cerrno>
#include <numeric>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include "ferrule/platform/unix_socket.h"

#include "unit/platform/descriptor_table.h"

namespace ferrule::platform {
namespace {

// SO_PASSPIDFD, which the headers of Debian 12 do not know.
constexpr int kSoPassPidfd = 76;

struct Received {
  Result<SocketTransfer> transfer = SocketTransfer{};
  std::string text;
  std::vector<UniqueFd> descriptors;
};

Received receive(const UniqueFd& socket) {
  Received received;
  std::array<uint8_t, 4096> bytes;
  received.transfer = receive_with_descriptors(socket, bytes, received.descriptors);
  if (received.transfer) {
    received.text.assign(bytes.begin(),
                         bytes.begin() + static_cast<long>(received.transfer->num_bytes));
  }
  return received;
}

Result<SocketTransfer> send(const UniqueFd& socket, std::string_view text,
                            std::span<const UniqueFd> descriptors = {}) {
  const iovec piece{const_cast<char*>(text.data()), text.size()};
  return send_with_descriptors(socket, {&piece, 1}, descriptors);
}

class SocketMessageTest : public testing::Test {
 protected:
  void SetUp() override {
    auto pair = make_socket_pair();
    ASSERT_TRUE(pair);
    near_ = std::move(pair->first);
    far_ = std::move(pair->second);
  }

  UniqueFd near_;
  UniqueFd far_;
};

TEST_F(SocketMessageTest, GathersPieces) {
  std::string one = "one ";
  std::string two = "two";
  const std::array<iovec, 2> pieces{iovec{one.data(), one.size()}, iovec{two.data(), two.size()}};
  const Result<SocketTransfer> sent = send_with_descriptors(near_, pieces, {});
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->num_bytes, 7U);
  EXPECT_EQ(receive(far_).text, "one two");
}

TEST_F(SocketMessageTest, BringsDescriptorsThatCloseOnExec) {
  Pipe pipe = make_pipe();
  std::vector<UniqueFd> sent;
  sent.push_back(std::move(pipe.read_end));
  sent.push_back(std::move(pipe.write_end));
  ASSERT_TRUE(send(near_, "x", sent));
  const Received received = receive(far_);
  ASSERT_EQ(received.descriptors.size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(is_same_file(received.descriptors[i], sent[i]));
    EXPECT_TRUE(is_close_on_exec(received.descriptors[i]));
  }
}

TEST_F(SocketMessageTest, BringsAsManyDescriptorsAsTheKernelTakes) {
  std::vector<UniqueFd> sent(kMaxSendDescriptors);
  for (UniqueFd& fd : sent) fd = make_pipe().read_end;
  ASSERT_TRUE(send(near_, "x", sent));
  EXPECT_EQ(receive(far_).descriptors.size(), kMaxSendDescriptors);
}

TEST_F(SocketMessageTest, KeepsDescriptorsOfTwoSendsApart) {
  std::vector<UniqueFd> one(1);
  std::vector<UniqueFd> two(1);
  one[0] = make_pipe().read_end;
  two[0] = make_pipe().read_end;
  ASSERT_TRUE(send(near_, "one", one));
  ASSERT_TRUE(send(near_, "two", two));
  const Received first = receive(far_);
  const Received second = receive(far_);
  EXPECT_EQ(first.text, "one");
  EXPECT_EQ(second.text, "two");
  ASSERT_EQ(first.descriptors.size(), 1U);
  ASSERT_EQ(second.descriptors.size(), 1U);
  EXPECT_TRUE(is_same_file(second.descriptors[0], two[0]));
}

TEST_F(SocketMessageTest, SaysWhenThereIsNothingYetAndWhenThereIsNoMore) {
  const Received nothing = receive(far_);
  ASSERT_TRUE(nothing.transfer);
  EXPECT_TRUE(nothing.transfer->would_block);
  ASSERT_TRUE(send(near_, "last"));
  near_.reset();
  EXPECT_EQ(receive(far_).text, "last");
  const Received end = receive(far_);
  ASSERT_TRUE(end.transfer);
  EXPECT_FALSE(end.transfer->would_block);
  EXPECT_EQ(end.transfer->num_bytes, 0U);
}

TEST_F(SocketMessageTest, SaysWhenTheSocketIsFull) {
  const std::string text(4096, 'x');
  size_t num_bytes = 0;
  for (;;) {
    const Result<SocketTransfer> sent = send(near_, text);
    ASSERT_TRUE(sent);
    if (sent->would_block) break;
    num_bytes += sent->num_bytes;
  }
  EXPECT_GT(num_bytes, 0U);
  ASSERT_FALSE(receive(far_).text.empty());
  size_t num_received = 4096;
  for (Received next = receive(far_); !next.text.empty(); next = receive(far_)) {
    num_received += next.text.size();
  }
  EXPECT_EQ(num_received, num_bytes);
}

TEST_F(SocketMessageTest, SendingToNobodyIsAnErrorAndNoSignal) {
  far_.reset();
  const Result<SocketTransfer> sent = send(near_, "x");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code().value(), EPIPE);
}

TEST_F(SocketMessageTest, LostDescriptorsAreAnErrorAndNoneStaysOpen) {
  std::vector<UniqueFd> sent(8);
  for (UniqueFd& fd : sent) fd = make_pipe().read_end;
  ASSERT_TRUE(send(near_, "x", sent));
  const long before = count_open_descriptors();

  // Room for three more at most.
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const UniqueFd next(::fcntl(near_.get(), F_DUPFD_CLOEXEC, 0));
  rlimit low = limit;
  low.rlim_cur = static_cast<rlim_t>(next.get()) + 4;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  const Received received = receive(far_);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);

  ASSERT_FALSE(received.transfer);
  EXPECT_EQ(received.transfer.error().code(), Errc::kResourceExhausted);
  EXPECT_TRUE(received.descriptors.empty());
  EXPECT_EQ(count_open_descriptors(), before + 1);
}

// Whoever made the socket can switch this on through a duplicate it kept.
TEST_F(SocketMessageTest, PidfdsThatNobodyAskedForAreClosed) {
  const int on = 1;
  if (::setsockopt(far_.get(), SOL_SOCKET, kSoPassPidfd, &on, sizeof(on)) != 0) {
    GTEST_SKIP() << "this kernel does not know SO_PASSPIDFD";
  }
  std::vector<UniqueFd> sent(1);
  sent[0] = make_pipe().read_end;
  const long before = count_open_descriptors();
  ASSERT_TRUE(send(near_, "with", sent));
  ASSERT_TRUE(send(near_, "without"));
  {
    const Received with = receive(far_);
    ASSERT_EQ(with.descriptors.size(), 1U);
    EXPECT_TRUE(is_same_file(with.descriptors[0], sent[0]));
    EXPECT_TRUE(receive(far_).descriptors.empty());
  }
  EXPECT_EQ(count_open_descriptors(), before);
}

TEST_F(SocketMessageTest, ReceivingFromWhatIsNoSocketIsAnError) {
  const Pipe pipe = make_pipe();
  EXPECT_FALSE(receive(pipe.read_end).transfer);
}

}  // namespace
}  // namespace ferrule::platform
