// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/socket_transport.h"

#include <algorithm>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>

#include "transport_fixture.h"

namespace ferrule::transport {
namespace {

using SocketTransportTest = SocketPairTest;

UniqueFd open_pipe_end(char content) {
  int fds[2];
  EXPECT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  EXPECT_EQ(::write(fds[1], &content, 1), 1);
  ::close(fds[1]);
  return UniqueFd(fds[0]);
}

char read_one(const UniqueFd& fd) {
  char content = 0;
  EXPECT_EQ(::read(fd.get(), &content, 1), 1);
  return content;
}

TEST_F(SocketTransportTest, CarriesBodyAndTailInOnePiece) {
  connect();
  Frame frame = make_frame("body ");
  const std::string tail = "tail";
  frame.tail.assign(tail.begin(), tail.end());
  left->send(std::move(frame));
  run_until([&] { return right_heard.frames.size() == 1; });
  EXPECT_EQ(to_text(right_heard.frames[0].body), "body tail");
  EXPECT_EQ(right_heard.batches, std::vector<size_t>{1});
}

TEST_F(SocketTransportTest, CarriesAnEmptyFrame) {
  connect();
  left->send(Frame());
  run_until([&] { return right_heard.frames.size() == 1; });
  EXPECT_TRUE(right_heard.frames[0].body.empty());
}

TEST_F(SocketTransportTest, CarriesAFrameWithoutRoomForTheHeader) {
  connect();
  Frame frame;
  frame.body = Buffer(allocate_heap_memory(100), 3, 100);
  std::fill_n(frame.body.data(), 97, uint8_t{7});
  left->send(std::move(frame));
  run_until([&] { return right_heard.frames.size() == 1; });
  EXPECT_EQ(to_vector(right_heard.frames[0].body), std::vector<uint8_t>(97, 7));
}

TEST_F(SocketTransportTest, CarriesFramesOfAllSizesAroundTheBoundaries) {
  connect();
  std::vector<std::vector<uint8_t>> sent;
  for (size_t middle : {0U, 16U, 4096U, 32768U, 65520U, 65536U, 131072U, 300000U}) {
    for (size_t size = middle < 18 ? 0 : middle - 18; size <= middle + 18; ++size) {
      sent.push_back(random_bytes(size, static_cast<uint32_t>(size)));
    }
  }
  size_t num_sent = 0;
  // A few at a time, and never the same few per read.
  for (size_t group = 1; num_sent < sent.size(); ++group) {
    for (size_t i = 0; i < group % 7 + 1 && num_sent < sent.size(); ++i) {
      left->send(make_frame(sent[num_sent++]));
    }
    run_until([&] { return right_heard.frames.size() == num_sent; });
  }
  for (size_t i = 0; i < sent.size(); ++i) {
    ASSERT_EQ(to_vector(right_heard.frames[i].body), sent[i]) << "frame " << i;
  }
}

TEST_F(SocketTransportTest, DeliversManyFramesOfOneReadAsOneBatch) {
  connect();
  for (int i = 0; i < 100; ++i) left->send(make_frame(std::to_string(i)));
  run_until([&] { return right_heard.frames.size() == 100; });
  EXPECT_EQ(right_heard.batches, std::vector<size_t>{100});
  EXPECT_EQ(right->counters().num_receive_calls, 1U);
}

TEST_F(SocketTransportTest, AnswersOfOneBatchLeaveInOneCall) {
  connect();
  right_heard.on_each = [&](Recorder::Received&) { right->send(make_frame("answer")); };
  right_heard.on_each_batch = [&] { right->send(make_frame("end")); };
  for (int i = 0; i < 30; ++i) left->send(make_frame("question"));
  run_until([&] { return left_heard.frames.size() == 31; });
  EXPECT_EQ(right->counters().num_send_calls, 1U);
  EXPECT_EQ(left->counters().num_receive_calls, 1U);
}

TEST_F(SocketTransportTest, AnIdleCallIsOneSendAndOneReceiveOnEachSide) {
  connect();
  right_heard.on_each = [&](Recorder::Received&) { right->send(make_frame("answer")); };
  for (size_t i = 1; i <= 50; ++i) {
    left->send(make_frame("question"));
    run_until([&] { return left_heard.frames.size() == i; });
  }
  for (const TransportCounters& counters : {left->counters(), right->counters()}) {
    EXPECT_EQ(counters.num_send_calls, 50U);
    EXPECT_EQ(counters.num_receive_calls, 50U);
  }
}

TEST_F(SocketTransportTest, DescriptorsArriveWithTheirFrame) {
  connect();
  std::vector<size_t> counts = {0, 1, 0, 0, 3, 2, 0, 240, 1, 0};
  char content = 0;
  for (size_t count : counts) {
    Frame frame = make_frame("frame");
    for (size_t i = 0; i < count; ++i) frame.descriptors.push_back(open_pipe_end(content++));
    left->send(std::move(frame));
  }
  run_until([&] { return right_heard.frames.size() == counts.size(); });
  content = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    ASSERT_EQ(right_heard.frames[i].descriptors.size(), counts[i]);
    for (const UniqueFd& fd : right_heard.frames[i].descriptors) {
      EXPECT_NE(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, 0);
      EXPECT_EQ(read_one(fd), content++);
    }
  }
}

TEST_F(SocketTransportTest, TooManyDescriptorsBreakTheSender) {
  connect();
  Frame frame = make_frame("frame");
  for (size_t i = 0; i <= kMaxFrameDescriptors; ++i) frame.descriptors.push_back(open_pipe_end(1));
  left->send(std::move(frame));
  run_until([&] { return left_heard.closed && right_heard.closed; });
  EXPECT_EQ(left_heard.closed->code(), make_error_code(Errc::kInvalidArgument));
  EXPECT_EQ(right_heard.closed->code(), make_error_code(Errc::kDisconnected));
}

TEST_F(SocketTransportTest, WritesTheRestWhenATinySendBufferHasRoom) {
  Result<std::pair<UniqueFd, UniqueFd>> pair = platform::make_socket_pair();
  ASSERT_TRUE(pair.ok());
  ASSERT_TRUE(platform::set_send_buffer(pair->first, 1).ok());
  left = std::make_unique<SocketTransport>(context.get_executor(), std::move(pair->first));
  right = std::make_unique<SocketTransport>(context.get_executor(), std::move(pair->second));
  left->start(left_heard);
  right->start(right_heard);
  std::vector<std::vector<uint8_t>> sent;
  for (uint32_t i = 0; i < 300; ++i) {
    sent.push_back(random_bytes(i * 37 % 5000, i));
    Frame frame = make_frame(sent.back());
    frame.tail.assign({1, 2, 3});
    sent.back().insert(sent.back().end(), {1, 2, 3});
    if (i % 10 == 0) frame.descriptors.push_back(open_pipe_end(static_cast<char>(i % 100)));
    left->send(std::move(frame));
  }
  run_until([&] { return right_heard.frames.size() == sent.size(); });
  for (uint32_t i = 0; i < sent.size(); ++i) {
    ASSERT_EQ(to_vector(right_heard.frames[i].body), sent[i]);
    ASSERT_EQ(right_heard.frames[i].descriptors.size(), i % 10 == 0 ? 1U : 0U);
    for (const UniqueFd& fd : right_heard.frames[i].descriptors) {
      EXPECT_EQ(read_one(fd), static_cast<char>(i % 100));
    }
  }
}

TEST_F(SocketTransportTest, AllThatWasSentIsReadBeforeTheEndIsReported) {
  connect();
  for (int i = 0; i < 10; ++i) left->send(make_frame("last words"));
  left->close();
  right->send(make_frame("into the void"));
  run_until([&] { return right_heard.closed.has_value(); });
  EXPECT_EQ(right_heard.frames.size(), 10U);
  EXPECT_EQ(right_heard.closed->code(), make_error_code(Errc::kDisconnected));
  settle();
  EXPECT_EQ(right_heard.num_closed, 1U);
  EXPECT_EQ(left_heard.num_closed, 0U);
}

TEST_F(SocketTransportTest, FramesAfterTheEndDisappear) {
  connect();
  left->close();
  left->send(make_frame("nobody"));
  run_until([&] { return right_heard.closed.has_value(); });
  Frame frame = make_frame("nobody");
  frame.descriptors.push_back(open_pipe_end(1));
  right->send(std::move(frame));
  settle();
  EXPECT_TRUE(right_heard.frames.empty());
  EXPECT_TRUE(left_heard.frames.empty());
}

TEST_F(SocketTransportTest, MayBeDestroyedFromInsideEveryCall) {
  connect();
  right_heard.on_each = [&](Recorder::Received&) { right.reset(); };
  left->send(make_frame("one"));
  left->send(make_frame("two"));
  run_until([&] { return left_heard.closed.has_value(); });
  EXPECT_EQ(right_heard.frames.size(), 1U);
  EXPECT_TRUE(right_heard.batches.empty());
  EXPECT_EQ(right_heard.num_closed, 0U);
  left.reset();
  settle();
}

TEST_F(SocketTransportTest, AbortReportsItsReasonOnceAndTheFirstOneCounts) {
  connect();
  std::thread([&] {
    right->abort(Error(Errc::kBadMessage, "FIRST"));
    right->abort(Error(Errc::kBadMessage, "SECOND"));
  }).join();
  run_until([&] { return left_heard.closed && right_heard.closed; });
  settle();
  EXPECT_EQ(right_heard.closed->message(), "FIRST");
  EXPECT_EQ(right_heard.num_closed, 1U);
  EXPECT_EQ(left_heard.closed->code(), make_error_code(Errc::kDisconnected));
}

TEST_F(SocketTransportTest, FramesOfManyThreadsStayWholeAndInOrder) {
  connect();
  constexpr uint32_t kThreads = 4;
  constexpr uint32_t kFrames = 500;
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (uint32_t i = 0; i < kFrames; ++i) {
        std::vector<uint8_t> bytes = random_bytes(8 + i * 31 % 3000, t * kFrames + i);
        std::memcpy(bytes.data(), &t, 4);
        std::memcpy(bytes.data() + 4, &i, 4);
        left->send(make_frame(bytes));
      }
    });
  }
  run_until([&] { return right_heard.frames.size() == size_t{kThreads} * kFrames; });
  for (std::thread& thread : threads) thread.join();
  uint32_t next[kThreads] = {};
  for (const Recorder::Received& frame : right_heard.frames) {
    uint32_t t = 0;
    uint32_t i = 0;
    std::memcpy(&t, frame.body.data(), 4);
    std::memcpy(&i, frame.body.data() + 4, 4);
    ASSERT_LT(t, kThreads);
    ASSERT_EQ(i, next[t]++);
    std::vector<uint8_t> expected = random_bytes(8 + i * 31 % 3000, t * kFrames + i);
    ASSERT_TRUE(std::equal(expected.begin() + 8, expected.end(), frame.body.data() + 8,
                           frame.body.data() + frame.body.size()));
  }
}

TEST_F(SocketTransportTest, AnotherThreadIsNotHeldUpByABatchAndKeepsTheOrder) {
  connect();
  right_heard.on_each = [&](Recorder::Received&) {
    right->send(make_frame("first"));
    std::thread([&] { right->send(make_frame("second")); }).join();
    // Both left while the batch is still open.
    EXPECT_EQ(right->counters().num_send_calls, 1U);
    right->send(make_frame("third"));
  };
  left->send(make_frame("question"));
  run_until([&] { return left_heard.frames.size() == 3; });
  EXPECT_EQ(to_text(left_heard.frames[0].body), "first");
  EXPECT_EQ(to_text(left_heard.frames[1].body), "second");
  EXPECT_EQ(to_text(left_heard.frames[2].body), "third");
}

TEST_F(SocketTransportTest, APeerThatNeverReadsBreaksTheConnection) {
  options_.max_queued_bytes = 1 << 20;
  connect_raw();
  for (int i = 0; i < 200; ++i) right->send(make_frame(random_bytes(10000, 1)));
  run_until([&] { return right_heard.closed.has_value(); });
  EXPECT_EQ(right_heard.closed->code(), make_error_code(Errc::kResourceExhausted));
  EXPECT_NE(right_heard.closed->message().find("SEND_QUEUE_FULL"), std::string::npos);
}

/// In a child, because the limit is for a user who is not root.
int send_more_descriptors_than_may_be_in_flight() {
  if (::geteuid() == 0 && ::setuid(65534) != 0) return 2;
  const rlimit limit{40, 40};
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return 3;
  boost::asio::io_context context;
  Result<std::pair<UniqueFd, UniqueFd>> pair = platform::make_socket_pair();
  if (!pair) return 4;
  SocketTransport left(context.get_executor(), std::move(pair->first));
  SocketTransport right(context.get_executor(), std::move(pair->second));
  Recorder left_heard;
  Recorder right_heard;
  left.start(left_heard);
  right.start(right_heard);
  // 120 descriptors on their way, four held by us at a time.
  for (int i = 0; i < 30; ++i) {
    Frame frame = make_frame(std::to_string(i));
    for (int k = 0; k < 4; ++k) frame.descriptors.emplace_back(::open("/dev/null", O_RDONLY));
    if (!frame.descriptors.back()) return 5;
    left.send(std::move(frame));
    while (i >= 15 && right_heard.frames.size() < static_cast<size_t>(i) - 4) {
      context.run_one();
      for (Recorder::Received& received : right_heard.frames) received.descriptors.clear();
    }
  }
  return left_heard.closed || right_heard.closed ? 6 : 0;
}

TEST_F(SocketTransportTest, WaitsWhileTooManyDescriptorsAreInFlight) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(send_more_descriptors_than_may_be_in_flight());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(SocketTransportTest, LeavesNoDescriptorBehind) {
  const size_t before = count_entries("/proc/self/fd");
  {
    boost::asio::io_context own;
    Result<std::pair<UniqueFd, UniqueFd>> pair = platform::make_socket_pair();
    ASSERT_TRUE(pair.ok());
    SocketTransport one(own.get_executor(), std::move(pair->first));
    auto two = std::make_unique<SocketTransport>(own.get_executor(), std::move(pair->second));
    Recorder heard;
    one.start(heard);
    for (int i = 0; i < 2000; ++i) {
      Frame frame = make_frame(random_bytes(1000, 1));
      if (i % 20 == 0) frame.descriptors.push_back(open_pipe_end(1));
      two->send(std::move(frame));
    }
    // Some are received, some on their way, some queued.
    own.run_one();
    two.reset();
  }
  EXPECT_EQ(count_entries("/proc/self/fd"), before);
}

}  // namespace
}  // namespace ferrule::transport
