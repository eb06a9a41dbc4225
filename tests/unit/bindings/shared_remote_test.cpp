// SPDX-License-Identifier: Apache-2.0
//
// On one thread; tests/conformance calls from many.
#include "ferrule/bindings/shared_remote.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/testing/virtual_clock.h"

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SharedRemoteTest : public ::testing::Test {
 protected:
  auto record(const std::string& name) {
    return [this, name](error_code error, int32_t sum) {
      events_.push_back(name + ": " + (error ? error.message() : std::to_string(sum)));
    };
  }
  void run() { run_ready(io_); }

  boost::asio::io_context io_{1};
  FakePipe pipe_;
  std::vector<std::string> events_;
  SharedRemote<sample::Calculator> remote_{PendingRemote<sample::Calculator>(pipe_.take_end()),
                                           io_.get_executor()};
};

TEST_F(SharedRemoteTest, CallsLeaveFromTheLoopInTheirOrder) {
  FakePipe observer;
  remote_->Add(1, 2, record("a"));
  remote_->Watch(PendingRemote<sample::Observer>(observer.take_end()));
  const auto copy = remote_;
  copy->Add(3, 4, record("b"));
  EXPECT_THAT(pipe_.sent(), IsEmpty());
  run();
  ASSERT_THAT(pipe_.sent(), SizeIs(3));
  EXPECT_EQ(pipe_.sent_header(1).name, 1U);
  EXPECT_NE(pipe_.sent_header(0).request_id, pipe_.sent_header(2).request_id);
  pipe_.arrive(make_answer(pipe_.sent_header(2).request_id, 7));
  pipe_.arrive(make_answer(pipe_.sent_header(0).request_id, 3));
  run();
  EXPECT_THAT(events_, ElementsAre("b: 7", "a: 3"));
}

TEST_F(SharedRemoteTest, ThePipeClosesWithTheLastCopy) {
  auto copy = remote_;
  remote_->Add(1, 2, record("a"));
  remote_.reset();
  run();
  EXPECT_FALSE(pipe_.is_closed());
  EXPECT_TRUE(copy);
  copy.reset();
  run();
  EXPECT_TRUE(pipe_.is_closed());
  EXPECT_THAT(events_, ElementsAre("a: cancelled"));
}

TEST_F(SharedRemoteTest, TellsOfTheEnd) {
  remote_.set_disconnect_handler([this] { events_.emplace_back("gone"); });
  remote_->Add(1, 2, record("a"));
  run();
  pipe_.close_peer();
  run();
  EXPECT_THAT(events_, ElementsAre("a: disconnected", "gone"));
  remote_->Add(1, 2, record("b"));
  run();
  EXPECT_EQ(events_.back(), "b: disconnected");
}

TEST_F(SharedRemoteTest, HonoursDeadlinesAndSlots) {
  const auto clock = ferrule::testing::VirtualClock::install(io_);
  boost::asio::cancellation_signal signal;
  remote_.with_timeout(std::chrono::seconds(1))->Add(1, 2, record("late"));
  remote_->Add(1, 2, boost::asio::bind_cancellation_slot(signal.slot(), record("given up")));
  run();
  signal.emit(boost::asio::cancellation_type::terminal);
  run();
  clock->advance(std::chrono::seconds(1));
  run();
  EXPECT_THAT(events_, ElementsAre("given up: cancelled", "late: timed out"));
}

TEST_F(SharedRemoteTest, AValueThatCannotBeSentIsAnError) {
  remote_.set_disconnect_handler([this] { events_.emplace_back("gone"); });
  remote_->Watch({});
  run();
  EXPECT_THAT(events_, ElementsAre("gone"));
}

}  // namespace
}  // namespace ferrule::test
