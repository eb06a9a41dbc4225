// SPDX-License-Identifier: Apache-2.0
//
// Calls that are given up: by their deadline or their caller, and what the service hears of it.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/wire/control_message.h"
#include "ferrule/bindings/co_answer.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/testing/virtual_clock.h"
#include "ferrule/interface_control.idl.h"

#include "support/io_loop.h"
#include "unit/bindings/connected_fixture.h"

namespace ferrule::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeadlineTest : public ConnectedFixture {
 protected:
  DeadlineTest() {
    calculator_.on_add = [this](int32_t, int32_t, Reply<int32_t> reply) {
      replies_.push_back(std::move(reply));
    };
  }

  boost::asio::awaitable<int32_t> wait_for_ever(std::vector<std::string>& steps) {
    boost::asio::steady_timer timer(io_, boost::asio::steady_timer::time_point::max());
    steps.emplace_back("waits");
    try {
      co_await timer.async_wait(boost::asio::use_awaitable);
    } catch (const boost::system::system_error& error) {
      steps.emplace_back(error.code() == boost::asio::error::operation_aborted ? "aborted" : "?");
      throw;
    }
    co_return 1;
  }

  std::shared_ptr<ferrule::testing::VirtualClock> clock_ =
      ferrule::testing::VirtualClock::install(io_);
  std::vector<Reply<int32_t>> replies_;
};

TEST_F(DeadlineTest, ACallEndsWithItsDeadlineAndNotBefore) {
  remote_.with_timeout(2s)->Add(1, 2, record("a"));
  exchange();
  clock_->advance(1999ms);
  exchange();
  EXPECT_THAT(events_, IsEmpty());
  clock_->advance(1ms);
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: timed out"));
  expect_fine();
}

TEST_F(DeadlineTest, DeadlinesEndInTheirOrderAndOthersWait) {
  remote_->Add(1, 2, record("none"));
  remote_.with_timeout(3s)->Add(1, 2, record("three"));
  remote_.with_timeout(1s)->Add(1, 2, record("one"));
  remote_.with_deadline(clock_->now() + 2s)->Add(1, 2, record("two"));
  exchange();
  EXPECT_EQ(clock_->num_timers(), 1U) << "one timer for all calls";
  for (int i = 0; i < 3; ++i) {
    clock_->advance(1s);
    exchange();
  }
  EXPECT_THAT(events_, ElementsAre("one: timed out", "two: timed out", "three: timed out"));
  EXPECT_EQ(clock_->num_timers(), 0U);
  replies_.at(0)(7);
  exchange();
  EXPECT_THAT(events_.back(), "none: 7");
}

TEST_F(DeadlineTest, AnAnswerInTimeIsAllThereIs) {
  remote_.with_timeout(1s)->Add(1, 2, record("a"));
  exchange();
  replies_.at(0)(3);
  exchange();
  clock_->advance(1h);
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
}

TEST_F(DeadlineTest, ADefaultIsForCallsWithoutADeadlineOfTheirOwn) {
  remote_.set_default_timeout(1s);
  remote_->Add(1, 2, record("default"));
  remote_.with_timeout(5s)->Add(1, 2, record("own"));
  remote_.set_default_timeout(0s);
  remote_->Add(1, 2, record("none"));
  exchange();
  clock_->advance(1s);
  exchange();
  EXPECT_THAT(events_, ElementsAre("default: timed out"));
  clock_->advance(4s);
  exchange();
  EXPECT_THAT(events_, ElementsAre("default: timed out", "own: timed out"));
}

TEST_F(DeadlineTest, ACallAfterItsDeadlineIsNotSent) {
  remote_.with_deadline(clock_->now())->Add(1, 2, record("a"));
  EXPECT_THAT(there_.sent(), IsEmpty());
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: timed out"));
}

TEST_F(DeadlineTest, ADeadlineCountsBeforeSomebodyWaits) {
  auto operation = remote_.with_timeout(1s)->Add(1, 2, boost::asio::deferred);
  exchange();
  clock_->advance(1s);
  exchange();
  std::move(operation)(record("late"));
  exchange();
  EXPECT_THAT(events_, ElementsAre("late: timed out"));
  replies_.at(0)(3);
  exchange();
  expect_fine();
}

TEST_F(DeadlineTest, MemoryOfAnsweredCallsDoesNotGrow) {
  calculator_.on_add = [](int32_t a, int32_t b, Reply<int32_t> reply) { reply(a + b); };
  remote_.set_default_timeout(1h);
  bindings::CallDeadlines deadlines(io_.get_executor(), [] {});
  for (uint64_t id = 0; id < 100'000; ++id) {
    deadlines.tidy(1, [id](uint64_t waiting) { return waiting + 1 == id; });
    deadlines.add(clock_->now() + 1h, id);
  }
  EXPECT_LT(deadlines.size(), 256U);
}

// ---- what the service hears ---------------------------------------------------------------------

TEST_F(DeadlineTest, TheServiceHearsOfADeadline) {
  remote_.with_timeout(1s)->Add(1, 2, record("a"));
  exchange();
  int num_signals = 0;
  replies_.at(0).on_cancel([&] { ++num_signals; });
  EXPECT_FALSE(replies_.at(0).cancelled());
  clock_->advance(1s);
  exchange();
  EXPECT_EQ(num_signals, 1);
  EXPECT_TRUE(replies_.at(0).cancelled());
  replies_.at(0)(3);
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: timed out")) << "the late answer is dropped";
  EXPECT_EQ(receiver_.num_open_calls(), 0U);
  expect_fine();
}

TEST_F(DeadlineTest, TheServiceHearsOfACancelledCallAndOfNoOther) {
  boost::asio::cancellation_signal signal;
  remote_->Add(1, 2, boost::asio::bind_cancellation_slot(signal.slot(), record("a")));
  remote_->Add(1, 2, record("b"));
  exchange();
  signal.emit(boost::asio::cancellation_type::total);
  exchange();
  EXPECT_TRUE(replies_.at(0).cancelled());
  EXPECT_FALSE(replies_.at(1).cancelled());
  EXPECT_THAT(events_, ElementsAre("a: cancelled"));
}

TEST_F(DeadlineTest, TheOtherSideIsAskedOnceWhatItUnderstands) {
  std::vector<uint32_t> names;
  there_.set_observer([&](const wire::MessageHeader& header) { names.push_back(header.name); });
  for (int i = 0; i < 3; ++i) {
    remote_.with_timeout(1s)->Add(1, 2, record("a"));
    exchange();
    clock_->advance(1s);
    exchange();
  }
  EXPECT_THAT(names, ElementsAre(kAdd, wire::kRunName, wire::kRunOrClosePipeName, kAdd,
                                 wire::kRunOrClosePipeName, kAdd, wire::kRunOrClosePipeName));
}

TEST_F(DeadlineTest, AnOlderServiceIsNotToldAndDoesNotBreak) {
  remote_.with_timeout(1s)->Add(1, 2, record("a"));
  run_ready(io_);
  const uint64_t request_id = there_.sent_header(0).request_id;
  clock_->advance(1s);
  run_ready(io_);
  ASSERT_THAT(there_.sent(), SizeIs(2));
  const wire::MessageHeader question = there_.sent_header(1);
  EXPECT_EQ(question.name, wire::kRunName);
  // As mojom has it: a struct of version 0 without features.
  auto answer =
      wire::make_message(wire::control_answer_header(question),
                         interface_control::RunResponseParams{
                             interface_control::RunOutput::make_query_version_result({0, 0})});
  there_.arrive(std::move(answer).value());
  there_.arrive(make_answer(request_id, 3));
  run_ready(io_);
  EXPECT_THAT(there_.sent(), SizeIs(2));
  EXPECT_THAT(events_, ElementsAre("a: timed out"));
  EXPECT_TRUE(remote_.is_connected());
}

TEST_F(DeadlineTest, AnOrderToCancelWhatIsNotThereChangesNothing) {
  remote_->Add(1, 2, record("a"));
  exchange();
  interface_control::RunOrClosePipeParams params;
  params.input.set_cancel_request({12345});
  auto order = wire::make_message(wire::control_header(wire::MessageKind::kRunOrClosePipe, 0),
                                  std::move(params));
  here_.arrive(std::move(order).value());
  exchange();
  EXPECT_FALSE(replies_.at(0).cancelled());
  replies_.at(0)(3);
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
}

TEST_F(DeadlineTest, ACallerThatIsGoneWaitsForNothing) {
  remote_->Add(1, 2, record("a"));
  exchange();
  int num_signals = 0;
  replies_.at(0).on_cancel([&] { ++num_signals; });
  here_.close_peer();
  run_ready(io_);
  EXPECT_TRUE(replies_.at(0).cancelled());
  EXPECT_EQ(num_signals, 1);
}

TEST_F(DeadlineTest, TheServiceMayAnswerAndDestroyAllInsideTheSignal) {
  remote_.with_timeout(1s)->Add(1, 2, record("a"));
  exchange();
  replies_.at(0).on_cancel([this] {
    replies_.clear();
    receiver_.reset();
  });
  clock_->advance(1s);
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: timed out"));
  EXPECT_THAT(replies_, IsEmpty());
}

TEST_F(DeadlineTest, WhatACoroutineAwaitsIsCancelled) {
  std::vector<std::string> steps;
  calculator_.on_add = [&](int32_t, int32_t, Reply<int32_t> reply) {
    co_answer(io_.get_executor(), std::move(reply), wait_for_ever(steps));
  };
  remote_.with_timeout(1s)->Add(1, 2, record("a"));
  exchange();
  clock_->advance(1s);
  exchange();
  EXPECT_THAT(steps, ElementsAre("waits", "aborted"));
  EXPECT_THAT(events_, ElementsAre("a: timed out"));
  expect_fine();
}

}  // namespace
}  // namespace ferrule::test
