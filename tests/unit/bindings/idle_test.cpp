// SPDX-License-Identifier: Apache-2.0
//
// Who calls learns that the service has had nothing to do for a while.
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/wire/control_message.h"
#include "ferrule/bindings/testing/virtual_clock.h"
#include "ferrule/interface_control.idl.h"

#include "unit/bindings/connected_fixture.h"

namespace ferrule::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Input = interface_control::RunOrClosePipeInput;

class IdleTest : public ConnectedFixture {
 protected:
  IdleTest() {
    calculator_.on_add = [this](int32_t, int32_t, Reply<int32_t> reply) {
      replies_.push_back(std::move(reply));
    };
    remote_.set_idle_handler(1s, [this] { ++num_notices_; });
    exchange();
  }

  void pass(Clock::Duration time) {
    clock_->advance(time);
    exchange();
  }
  void call() {
    remote_->Add(1, 2, [](error_code error, int32_t) { EXPECT_FALSE(error); });
    exchange();
    answer_all();
  }
  void answer_all() {
    for (Reply<int32_t>& reply : std::exchange(replies_, {})) reply(0);
    exchange();
  }
  void arrive_here(Input input) {
    here_.arrive(wire::make_message(wire::control_header(wire::MessageKind::kRunOrClosePipe, 0),
                                    interface_control::RunOrClosePipeParams{std::move(input)})
                     .value());
    run_ready(io_);
  }

  std::shared_ptr<ferrule::testing::VirtualClock> clock_ =
      ferrule::testing::VirtualClock::install(io_);
  std::vector<Reply<int32_t>> replies_;
  int num_notices_ = 0;
};

TEST_F(IdleTest, ToldOnceAfterTheTimeAndNotBefore) {
  pass(999ms);
  EXPECT_EQ(num_notices_, 0);
  pass(1ms);
  EXPECT_EQ(num_notices_, 1);
  pass(1h);
  EXPECT_EQ(num_notices_, 1);
  expect_fine();
}

TEST_F(IdleTest, EveryCallBeginsTheTimeAnew) {
  for (int i = 0; i < 5; ++i) {
    pass(900ms);
    call();
  }
  EXPECT_EQ(num_notices_, 0);
  pass(1s);
  EXPECT_EQ(num_notices_, 1);
  call();
  pass(1s);
  EXPECT_EQ(num_notices_, 2);
}

TEST_F(IdleTest, ACallThatIsNotAnsweredIsSomethingToDo) {
  remote_->Add(1, 2, record("a"));
  exchange();
  pass(1h);
  EXPECT_EQ(num_notices_, 0);
  answer_all();
  pass(999ms);
  EXPECT_EQ(num_notices_, 0);
  pass(1ms);
  EXPECT_EQ(num_notices_, 1);
  EXPECT_THAT(events_, ElementsAre("a: 0"));
}

TEST_F(IdleTest, ANoticeThatCrossesACallIsNotBelieved) {
  clock_->advance(1s);
  run_ready(io_);  // the notice is on its way
  call();
  EXPECT_EQ(num_notices_, 0);
  pass(1s);
  EXPECT_EQ(num_notices_, 1);
}

TEST_F(IdleTest, TheHandlerMayLetGoOfTheRemote) {
  remote_.set_idle_handler(1s, [this] { remote_.reset(); });
  exchange();
  pass(1s);
  EXPECT_FALSE(remote_.is_bound());
}

TEST_F(IdleTest, AnotherHandlerTakesItsPlace) {
  int num_others = 0;
  remote_.set_idle_handler(2s, [&] { ++num_others; });
  exchange();
  pass(1s);
  EXPECT_EQ(num_others, 0);
  pass(1s);
  EXPECT_EQ(num_others, 1);
  EXPECT_EQ(num_notices_, 0);
}

TEST_F(IdleTest, ARemoteBoundAnewIsToldNothingUnlessItAsks) {
  auto pending = remote_.unbind();
  remote_.bind(std::move(pending), io_.get_executor());
  call();
  pass(1s);
  EXPECT_EQ(num_notices_, 0);
  expect_fine();
}

TEST_F(IdleTest, ATimeBelowZeroIsRefused) {
  arrive_here(Input::make_enable_idle_tracking({-1}));
  ASSERT_THAT(here_.reported(), SizeIs(1));
  EXPECT_THAT(here_.reported()[0], HasSubstr("a time below zero"));
}

TEST_F(IdleTest, AVeryLongTimeIsFine) {
  arrive_here(Input::make_enable_idle_tracking({INT64_MAX}));
  pass(24h);
  expect_fine();
}

}  // namespace
}  // namespace ferrule::test
