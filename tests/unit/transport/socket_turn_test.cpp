// SPDX-License-Identifier: Apache-2.0
// What leaves when, where a handler sends outside of a batch: in how many calls of sendmsg(2).
#include <functional>
#include <string>
#include <thread>

#include <boost/asio/post.hpp>

#include "transport_fixture.h"

namespace ferrule::transport {
namespace {

class SocketTurnTest : public SocketPairTest {
 protected:
  void send_from_left(int count) {
    for (int i = 0; i < count; ++i) left->send(make_frame(std::to_string(i)));
  }
  uint64_t num_left_sends() const { return left->counters().num_send_calls; }
  /// Runs `what` in a handler, and nothing behind it.
  void run_handler(std::function<void()> what) {
    bool is_done = false;
    boost::asio::post(context, [&] {
      what();
      is_done = true;
    });
    run_until([&] { return is_done; });
  }
};

TEST_F(SocketTurnTest, TheFirstFrameLeavesAtOnceAndTheRestTogether) {
  connect();
  run_handler([&] {
    send_from_left(1);
    EXPECT_EQ(num_left_sends(), 1U) << "the peer can begin";
    send_from_left(30);
    EXPECT_EQ(num_left_sends(), 1U);
  });
  run_until([&] { return right_heard.frames.size() == 31; });
  EXPECT_EQ(num_left_sends(), 2U);
}

TEST_F(SocketTurnTest, WhoSentMuchInTheLastTurnGathersFromTheFirstFrameOn) {
  connect();
  for (uint64_t turn = 1; turn <= 10; ++turn) {
    run_handler([&] { send_from_left(30); });
    run_until([&] { return right_heard.frames.size() == turn * 30; });
    EXPECT_EQ(num_left_sends(), turn + 1) << "one more in the first";
  }
  // Something arrives: what is sent next may be an answer.
  right->send(make_frame("go on"));
  run_until([&] { return left_heard.frames.size() == 1; });
  run_handler([&] {
    send_from_left(1);
    EXPECT_EQ(num_left_sends(), 12U);
  });
}

TEST_F(SocketTurnTest, WhoSendsLittleDoesNotWait) {
  connect();
  // The second of two turns with one frame each has to find out that it is alone, the third not.
  for (const uint64_t expected : {1U, 1U, 3U}) {
    run_handler([&] {
      send_from_left(1);
      EXPECT_EQ(num_left_sends(), expected);
    });
    settle();
  }
  EXPECT_EQ(right_heard.frames.size(), 3U);
}

TEST_F(SocketTurnTest, SoThatThePeerCanBeginManyLeaveInEverLargerParts) {
  connect();
  run_handler([&] {
    send_from_left(1 + 32);
    EXPECT_EQ(num_left_sends(), 2U);
    send_from_left(63);
    EXPECT_EQ(num_left_sends(), 2U);
    send_from_left(1);
    EXPECT_EQ(num_left_sends(), 3U);
    send_from_left(128 + 256 + 1);
    EXPECT_EQ(num_left_sends(), 5U);
  });
  run_until([&] { return right_heard.frames.size() == 482; });
  EXPECT_EQ(num_left_sends(), 6U);
}

TEST_F(SocketTurnTest, ALotDoesNotWait) {
  connect();
  run_handler([&] {
    send_from_left(1);
    for (int i = 0; i < 3; ++i) left->send(make_frame(random_bytes(40000, 1)));
    EXPECT_EQ(num_left_sends(), 2U) << "two of them are more than should gather";
  });
  run_until([&] { return right_heard.frames.size() == 4; });
  EXPECT_EQ(num_left_sends(), 3U);
}

TEST_F(SocketTurnTest, AHandlerThatTakesItsTimeDoesNotKeepWhatItSent) {
  connect();
  run_handler([&] {
    send_from_left(2);
    EXPECT_EQ(num_left_sends(), 1U);
    frozen_time += std::chrono::milliseconds(19);
    send_from_left(1);
    EXPECT_EQ(num_left_sends(), 1U);
    frozen_time += std::chrono::milliseconds(1);
    send_from_left(1);
    EXPECT_EQ(num_left_sends(), 2U);
  });
  run_until([&] { return right_heard.frames.size() == 4; });
}

TEST_F(SocketTurnTest, OutsideOfHandlersNothingGathers) {
  connect();
  send_from_left(10);
  EXPECT_EQ(num_left_sends(), 10U);
  // Nor does what another thread sends, which takes along what has gathered.
  run_handler([&] {
    send_from_left(10);
    EXPECT_EQ(num_left_sends(), 11U);
    std::thread([&] { send_from_left(1); }).join();
    EXPECT_EQ(num_left_sends(), 12U);
  });
  run_until([&] { return right_heard.frames.size() == 21; });
}

TEST_F(SocketTurnTest, WhatGathersLeavesBeforeTheEnd) {
  connect();
  run_handler([&] {
    send_from_left(10);
    left.reset();
  });
  run_until([&] { return right_heard.closed.has_value(); });
  EXPECT_EQ(right_heard.frames.size(), 10U);
}

}  // namespace
}  // namespace ferrule::transport
