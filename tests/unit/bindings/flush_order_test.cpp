// SPDX-License-Identifier: Apache-2.0
//
// Two pipes in one order.
#include "ferrule/bindings/flush_order.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/associated_receiver.h"
#include "ferrule/bindings/associated_remote.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/testing/test_pipes.h"

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class End>
concept CanBeOrdered = requires(End end, AsyncFlusher flusher, PendingFlush flush) {
  end.flush_async(std::move(flusher));
  end.pause_until_flushed(std::move(flush));
};
static_assert(CanBeOrdered<Remote<sample::Calculator>>);
static_assert(CanBeOrdered<Receiver<sample::Calculator>>);
// They are in the order of the pipe that they share.
static_assert(!CanBeOrdered<AssociatedRemote<sample::Calculator>>);
static_assert(!CanBeOrdered<AssociatedReceiver<sample::Calculator>>);

class FlushOrderTest : public ::testing::Test {
 protected:
  /// A calculator with a pipe of its own, which notes what is asked of it.
  struct Side {
    Side(FlushOrderTest& test, std::string name)
        : pipe(make_pipe<sample::Calculator>(test.pipes_)),
          remote(std::move(pipe.remote), test.io_.get_executor()),
          receiver(calculator, std::move(pipe.receiver), test.io_.get_executor()) {
      calculator.on_add = [&test, name = std::move(name)](int32_t a, int32_t,
                                                          Reply<int32_t> reply) {
        test.events_.push_back(name + std::to_string(a));
        reply(0);
      };
    }
    void call(int32_t number) {
      remote->Add(number, 0, [](error_code, int32_t) {});
    }

    PendingPipe<sample::Calculator> pipe;
    TestCalculator calculator;
    Remote<sample::Calculator> remote;
    Receiver<sample::Calculator> receiver;
  };

  std::vector<std::string> run() {
    run_ready(io_);
    return std::exchange(events_, {});
  }

  boost::asio::io_context io_{1};
  ferrule::testing::TestPipes pipes_;
  std::vector<std::string> events_;
  Side first_{*this, "first "};
  Side second_{*this, "second "};
};

TEST_F(FlushOrderTest, WhatComesAfterThePauseWaitsForWhatCameBeforeTheFlush) {
  first_.receiver.pause();  // slow
  auto [flusher, flush] = make_flush_order(pipes_);
  second_.call(1);
  second_.remote.pause_until_flushed(std::move(flush));
  second_.call(2);
  first_.call(1);
  first_.remote.flush_async(std::move(flusher));
  first_.call(2);
  EXPECT_THAT(run(), ElementsAre("second 1"));
  first_.receiver.resume();
  EXPECT_THAT(run(), ElementsAre("first 1", "first 2", "second 2"));
}

TEST_F(FlushOrderTest, TheOrderMayBeKeptBeforeAnybodyWaitsForIt) {
  auto [flusher, flush] = make_flush_order(pipes_);
  first_.call(1);
  first_.remote.flush_async(std::move(flusher));
  EXPECT_THAT(run(), ElementsAre("first 1"));
  second_.remote.pause_until_flushed(std::move(flush));
  second_.call(1);
  EXPECT_THAT(run(), ElementsAre("second 1"));
}

TEST_F(FlushOrderTest, ALostFlusherLetsTheOtherGoOn) {
  auto [flusher, flush] = make_flush_order(pipes_);
  second_.remote.pause_until_flushed(std::move(flush));
  second_.call(1);
  EXPECT_THAT(run(), IsEmpty());
  flusher.reset();
  EXPECT_THAT(run(), ElementsAre("second 1"));
}

TEST_F(FlushOrderTest, AFlusherGoesWithItsPipe) {
  first_.receiver.pause();
  auto [flusher, flush] = make_flush_order(pipes_);
  first_.remote.flush_async(std::move(flusher));
  second_.remote.pause_until_flushed(std::move(flush));
  second_.call(1);
  EXPECT_THAT(run(), IsEmpty());
  first_.receiver.reset();
  EXPECT_THAT(run(), ElementsAre("second 1"));
}

TEST_F(FlushOrderTest, AnswersCanBeOrderedToo) {
  auto [flusher, flush] = make_flush_order(pipes_);
  second_.receiver.pause_until_flushed(std::move(flush));
  second_.remote->Add(7, 0, [this](error_code, int32_t) { events_.emplace_back("answered"); });
  EXPECT_THAT(run(), ElementsAre("second 7"));
  flusher.reset();
  EXPECT_THAT(run(), ElementsAre("answered"));
}

TEST_F(FlushOrderTest, WhoIsPausedMayBeDestroyed) {
  auto [flusher, flush] = make_flush_order(pipes_);
  second_.remote.pause_until_flushed(std::move(flush));
  second_.call(1);
  run();
  second_.receiver.reset();
  flusher.reset();
  EXPECT_THAT(run(), IsEmpty());
}

TEST_F(FlushOrderTest, WhatComesInsteadOfTheEndIsNothing) {
  auto [flusher, flush] = make_flush_order(pipes_);
  second_.remote.pause_until_flushed(std::move(flush));
  second_.call(1);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(flusher.get()->send(wire::Message(Buffer::allocate(1))).ok());
  }
  EXPECT_THAT(run(), IsEmpty());
  flusher.reset();
  EXPECT_THAT(run(), ElementsAre("second 1"));
}

}  // namespace
}  // namespace ferrule::test
