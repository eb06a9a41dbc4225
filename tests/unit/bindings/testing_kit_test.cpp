// SPDX-License-Identifier: Apache-2.0
//
// What users test with, as they use it.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/testing/call_recorder.h"
#include "ferrule/bindings/testing/test_pipes.h"
#include "ferrule/bindings/testing/virtual_clock.h"

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ferrule::testing::CallRecorder;
using ferrule::testing::TestPipes;
using ferrule::testing::VirtualClock;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TestingKitTest : public ::testing::Test {
 protected:
  TestingKitTest() {
    remote_.bind(std::move(faulty_.pipe.remote), io_.get_executor());
    receiver_.bind(std::move(faulty_.pipe.receiver), io_.get_executor());
    remote_.set_disconnect_handler([this] { events_.emplace_back("gone"); });
  }
  void add(const std::string& name) {
    remote_->Add(1, 2, [this, name](error_code error, int32_t sum) {
      events_.push_back(name + ": " + (error ? error.message() : std::to_string(sum)));
    });
  }
  void run() { run_ready(io_); }

  boost::asio::io_context io_{1};
  TestPipes pipes_;
  TestPipes::Faulty<sample::Calculator> faulty_ = pipes_.make_faulty<sample::Calculator>();
  TestCalculator calculator_;
  Remote<sample::Calculator> remote_;
  Receiver<sample::Calculator> receiver_{calculator_};
  std::vector<std::string> events_;
};

TEST_F(TestingKitTest, APipeWithoutFaultsIsAPipe) {
  add("a");
  remote_->Watch(make_pipe<sample::Observer>(pipes_).remote);
  run();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
  EXPECT_EQ(calculator_.observers.size(), 1U);
  EXPECT_EQ(faulty_.to_receiver.num_sent(), 2U);
  receiver_.reset();
  run();
  EXPECT_THAT(events_, ElementsAre("a: 3", "gone"));
}

TEST_F(TestingKitTest, DropsMessages) {
  faulty_.to_receiver.drop_next(1);
  add("a");
  add("b");
  run();
  EXPECT_THAT(events_, ElementsAre("b: 3"));
}

TEST_F(TestingKitTest, HoldsThemBack) {
  faulty_.to_remote.hold();
  add("a");
  run();
  EXPECT_THAT(events_, IsEmpty());
  faulty_.to_remote.release();
  run();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
}

TEST_F(TestingKitTest, DisconnectsAfterSome) {
  faulty_.to_remote.disconnect_after(2);
  for (const char* name : {"a", "b", "c"}) add(name);
  run();
  EXPECT_THAT(events_, ElementsAre("a: 3", "b: 3", "c: disconnected", "gone"));
}

TEST_F(TestingKitTest, DestroysMessages) {
  std::optional<Error> reason;
  receiver_.set_disconnect_handler([&](const Error& why) { reason = why; });
  faulty_.to_receiver.destroy_next(1);
  add("a");
  run();
  ASSERT_TRUE(reason);
  EXPECT_EQ(reason->code(), make_error_code(Errc::kBadMessage));
  EXPECT_EQ(faulty_.to_receiver.num_bad_message_reports(), 1U);
}

TEST_F(TestingKitTest, RecordsAndRefusesCalls) {
  const auto calls = std::make_shared<CallRecorder>();
  receiver_.set_filter(calls);
  add("a");
  run();
  calls->set_verdict([](const CallInfo&) { return CallFilter::Verdict::kRefuse; });
  add("b");
  run();
  EXPECT_EQ(calls->count(kAdd), 2U);
  EXPECT_THAT(events_, ElementsAre("a: 3", "b: access denied"));
}

TEST(VirtualClockTest, CallsInTheOrderOfTimeAndNotAfterItsTimersAreGone) {
  boost::asio::io_context io{1};
  const auto clock = VirtualClock::install(io);
  EXPECT_EQ(Clock::of(io.get_executor()), clock);
  std::vector<int> order;
  const auto start = [&](int number, Clock::Duration after) {
    auto timer = clock->make_timer(io.get_executor());
    timer->start(clock->after(after), [&order, number] { order.push_back(number); });
    return timer;
  };
  const auto second = start(2, std::chrono::seconds(2));
  const auto first = start(1, std::chrono::seconds(1));
  auto third = start(3, std::chrono::seconds(2));
  const auto fourth = start(4, std::chrono::hours(1));
  EXPECT_EQ(clock->num_timers(), 4U);
  clock->advance(std::chrono::seconds(3));
  EXPECT_THAT(order, IsEmpty());
  third.reset();
  run_ready(io);
  EXPECT_THAT(order, ElementsAre(1, 2));
  EXPECT_EQ(clock->num_timers(), 1U);
}

}  // namespace
}  // namespace ferrule::test
