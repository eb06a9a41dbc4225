// SPDX-License-Identifier: Apache-2.0
//
// What a call costs in system calls and in bytes on the socket, by the connection's own counters.
// They count every sendmsg(2) and recvmsg(2) where it is made, those in vain included.
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "conformance/probe_impl.h"
#include "probe.idl.h"
#include "support/io_loop.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

ConnectionCounters operator-(const ConnectionCounters& a, const ConnectionCounters& b) {
  return {
      a.num_send_calls - b.num_send_calls,       a.num_receive_calls - b.num_receive_calls,
      a.socket_bytes_sent - b.socket_bytes_sent, a.socket_bytes_received - b.socket_bytes_received,
      a.shared_bytes_sent - b.shared_bytes_sent, a.shared_bytes_received - b.shared_bytes_received,
      a.descriptors_sent - b.descriptors_sent,   a.descriptors_received - b.descriptors_received};
}

/// Two runtimes on one loop, a socket between them, and a pipe that has settled.
class CostCallsTest : public ::testing::Test {
 protected:
  CostCallsTest() {
    const Listener listener =
        there_
            .listen(folder_.file("socket"),
                    [this](Connection connection) {
                      accepted_ = std::move(connection);
                      accepted_.provide<Probe>(
                          [this](PendingReceiver<Probe> end) { probe_impl_.bind(std::move(end)); });
                    })
            .value();
    connection_ = here_.connect(folder_.file("socket")).value();
    probe_.bind(connection_.request<Probe>(), io_.get_executor());
    call();
    mark();
  }

  void call() {
    bool is_done = false;
    probe_->Add(1, 2, [&is_done](error_code, int32_t) { is_done = true; });
    run_until(io_, [&is_done] { return is_done; });
    run_ready(io_);
  }
  void mark() {
    before_here_ = connection_.counters();
    before_there_ = accepted_.counters();
  }
  ConnectionCounters here() { return connection_.counters() - before_here_; }
  ConnectionCounters there() { return accepted_.counters() - before_there_; }

  TemporaryFolder folder_;
  boost::asio::io_context io_{1};
  Runtime here_{io_.get_executor()};
  Runtime there_{io_.get_executor()};
  ProbeImpl probe_impl_{io_.get_executor()};
  Connection accepted_;
  Connection connection_;
  Remote<Probe> probe_;
  ConnectionCounters before_here_;
  ConnectionCounters before_there_;
};

TEST_F(CostCallsTest, ACallOnAnIdleConnectionIsOneSendAndOneReceiveOnEachSide) {
  for (int i = 0; i < 10; ++i) {
    mark();
    call();
    EXPECT_EQ(here().num_send_calls, 1U);
    EXPECT_EQ(there().num_receive_calls, 1U);
    EXPECT_EQ(there().num_send_calls, 1U);
    EXPECT_EQ(here().num_receive_calls, 1U);
  }
}

TEST_F(CostCallsTest, ACallIsItsMessageAndItsHeaders) {
  call();
  // Frame header, link header, message header, parameters.
  EXPECT_EQ(here().socket_bytes_sent, 16U + 32U + 56U + 16U);
  EXPECT_EQ(there().socket_bytes_sent, 16U + 32U + 56U + 16U);
}

TEST_F(CostCallsTest, ACallWithoutAnswerIsOneSendAndOneReceive) {
  probe_->Count(1);
  run_until(io_, [this] { return there().num_receive_calls > 0; });
  run_ready(io_);
  EXPECT_EQ(here().num_send_calls, 1U);
  EXPECT_EQ(there().num_receive_calls, 1U);
  EXPECT_EQ(there().num_send_calls, 0U);
  EXPECT_EQ(here().num_receive_calls, 0U);
}

TEST_F(CostCallsTest, RepliesToOneBatchLeaveTogether) {
  constexpr int kNumCalls = 50;
  int num_done = 0;
  for (int i = 0; i < kNumCalls; ++i) {
    probe_->Add(i, i, [&num_done](error_code, int32_t) { ++num_done; });
  }
  run_until(io_, [&] { return num_done == kNumCalls; });
  EXPECT_EQ(here().num_send_calls, 50U) << "each leaves when it is made";
  EXPECT_EQ(there().num_receive_calls, 1U);
  // One; more if this machine was busy with something else meanwhile: then they do not wait.
  EXPECT_LT(there().num_send_calls, 5U);
  EXPECT_LT(here().num_receive_calls, 5U);
}

TEST_F(CostCallsTest, CallsMadeFromInsideAnswersLeaveTogether) {
  constexpr int kNumCalls = 50;
  int num_done = 0;
  for (int i = 0; i < kNumCalls; ++i) {
    probe_->Add(i, i, [this, &num_done, i](error_code, int32_t) {
      probe_->Add(i, i, [&num_done](error_code, int32_t) { ++num_done; });
    });
  }
  run_until(io_, [&] { return num_done == kNumCalls; });
  EXPECT_LT(here().num_send_calls, 55U);
  EXPECT_LT(there().num_send_calls, 10U);
}

TEST_F(CostCallsTest, MessagesOfOneHandlerLeaveTogether) {
  constexpr uint64_t kNumTurns = 10;
  for (uint64_t turn = 0; turn < kNumTurns; ++turn) {
    bool is_sent = false;
    boost::asio::post(io_, [&] {
      for (int i = 0; i < 100; ++i) probe_->Count(1);
      is_sent = true;
    });
    run_until(io_, [&] { return is_sent; });
  }
  call();
  EXPECT_LT(here().num_send_calls, 5 * kNumTurns) << "of 1001";
}

TEST_F(CostCallsTest, BytesOfLargeMessagesDoNotCrossTheSocket) {
  for (const size_t num_bytes : {size_t{1} << 20, size_t{33} << 20}) {
    SCOPED_TRACE(num_bytes);
    const std::vector<uint8_t> bytes(num_bytes, 1);
    mark();
    std::optional<uint64_t> sum;
    probe_->SumBytes(bytes, [&sum](error_code, uint64_t result) { sum = result; });
    run_until(io_, [&sum] { return sum.has_value(); });
    EXPECT_EQ(sum, num_bytes);
    // Records of 24 bytes for each 256 KiB, and headers.
    EXPECT_LT(here().socket_bytes_sent, num_bytes / 1024 + 2048);
    EXPECT_EQ(there().socket_bytes_received, here().socket_bytes_sent);
    EXPECT_GE(here().shared_bytes_sent, num_bytes);
    EXPECT_EQ(there().shared_bytes_received, here().shared_bytes_sent);
    EXPECT_LT(there().socket_bytes_sent, 1024U) << "the answer is small";
  }
}

TEST_F(CostCallsTest, BytesOfLargeAnswersDoNotCrossTheSocket) {
  const std::vector<uint8_t> bytes(size_t{1} << 20, 1);
  bool is_done = false;
  probe_->EchoBytes(bytes, [&](error_code, const Bytes& echo) {
    EXPECT_EQ(echo.size(), bytes.size());
    is_done = true;
  });
  run_until(io_, [&is_done] { return is_done; });
  EXPECT_LT(there().socket_bytes_sent, 4096U);
  EXPECT_GE(there().shared_bytes_sent, bytes.size());
  EXPECT_GE(here().shared_bytes_received, bytes.size());
}

TEST_F(CostCallsTest, ALargeMessageNeedsNoNewDescriptorOnceTheFirstHasCrossed) {
  const std::vector<uint8_t> bytes(size_t{1} << 20, 1);
  for (int i = 0; i < 5; ++i) {
    bool is_done = false;
    probe_->SumBytes(bytes, [&is_done](error_code, uint64_t) { is_done = true; });
    run_until(io_, [&is_done] { return is_done; });
    run_ready(io_);
    if (i == 0) mark();
  }
  EXPECT_EQ(here().descriptors_sent, 0U);
}

// ---- another process ----------------------------------------------------------------------------

TEST(CostProcessTest, ACallIsOneSendAndOneReceiveOnEachSide) {
  boost::asio::io_context io{1};
  Runtime runtime(io.get_executor());
  ChildProcess child = runtime.launch({.program = FERRULE_PROBE_PROGRAM}).value();
  const Remote<Probe> probe(child.connection().request<Probe>(), io.get_executor());
  const auto cost = [&] {
    std::optional<ProbeCost> result;
    probe->Cost([&](error_code error, const ProbeCost& counted) {
      EXPECT_FALSE(error);
      result = counted;
    });
    run_until(io, [&result] { return result.has_value(); });
    run_ready(io);
    return *result;
  };
  // The first answers share their sends with what is said while the pipe moves.
  for (int i = 0; i < 3; ++i) cost();

  for (int i = 0; i < 10; ++i) {
    const ConnectionCounters here_before = child.connection().counters();
    const ProbeCost there_before = cost();
    const ConnectionCounters here = child.connection().counters() - here_before;
    EXPECT_EQ(here.num_send_calls, 1U);
    EXPECT_EQ(here.num_receive_calls, 1U);
    // Counted inside a call, from one to the next: the answer to the first and the second itself.
    const ProbeCost there = cost();
    EXPECT_EQ(there.num_send_calls - there_before.num_send_calls, 1U);
    EXPECT_EQ(there.num_receive_calls - there_before.num_receive_calls, 1U);
  }
}

TEST(CostProcessTest, BytesOfLargeMessagesDoNotCrossTheSocket) {
  boost::asio::io_context io{1};
  Runtime runtime(io.get_executor());
  ChildProcess child = runtime.launch({.program = FERRULE_PROBE_PROGRAM}).value();
  const Remote<Probe> probe(child.connection().request<Probe>(), io.get_executor());
  const std::vector<uint8_t> bytes(size_t{33} << 20, 1);
  std::optional<uint64_t> sum;
  std::optional<ProbeCost> there;
  probe->SumBytes(bytes, [&](error_code, uint64_t result) { sum = result; });
  probe->Cost([&](error_code, const ProbeCost& cost) { there = cost; });
  run_until(io, [&there] { return there.has_value(); });
  EXPECT_EQ(sum, bytes.size());
  const ConnectionCounters here = child.connection().counters();
  EXPECT_LT(here.socket_bytes_sent, bytes.size() / 1024 + 4096);
  EXPECT_GE(here.shared_bytes_sent, bytes.size());
  EXPECT_EQ(there->shared_bytes_received, here.shared_bytes_sent);
  EXPECT_LT(there->socket_bytes_received, bytes.size() / 1024 + 4096);
}

}  // namespace
}  // namespace ferrule::test
