// SPDX-License-Identifier: Apache-2.0
//
// Calls that wait where they stand, on the executor that would read their answers. Not between the
// two nodes of the loopback world: its queue is a handler on that executor.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "conformance/ping_impl.h"
#include "conformance/world.h"

namespace ferrule::test {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;
using ::testing::IsEmpty;

std::vector<WorldKind> worlds_that_can_block() {
  auto worlds = all_worlds();
  std::erase_if(worlds, [](const WorldKind& kind) { return kind.name == "Loopback"; });
  return worlds;
}

class SyncTest : public ::testing::TestWithParam<WorldKind> {
 protected:
  SyncTest() {
    probe_->OpenPing(there_.bind_new_pipe(world_->pipes(), executor()));
    auto pipe = make_pipe<Ping>(world_->pipes());
    there_->SetOther(std::move(pipe.remote));
    here_ = std::make_unique<PingImpl>(std::move(pipe.receiver), executor());
    // Who accepts connections is a handler, too: the pipe must stand before somebody blocks.
    world_->run([this]() -> awaitable<void> { co_await there_->Nothing(use_awaitable); });
  }
  World& world() { return *world_; }
  /// Add would let nobody in, and in some worlds its service is on the executor that waits.
  static int32_t echo(const auto& ping, int32_t number) {
    return std::get<0>(ping->Both(number, "", use_sync).value());
  }
  boost::asio::any_io_executor executor() { return world_->io().get_executor(); }

  std::unique_ptr<World> world_ = GetParam().make();
  Remote<Probe> probe_{world_->probe(), world_->io().get_executor()};
  Remote<Ping> there_;
  std::unique_ptr<PingImpl> here_;
};

INSTANTIATE_TEST_SUITE_P(, SyncTest, ::testing::ValuesIn(worlds_that_can_block()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(SyncTest, GivesBackTheAnswer) {
  EXPECT_EQ(there_->Descend(0, use_sync).value(), 0);
  EXPECT_TRUE(there_->Nothing(use_sync));
  const std::string large(200'000, 'x');
  const auto both = there_->Both(7, large, use_sync);
  ASSERT_TRUE(both);
  EXPECT_EQ(*both, std::tuple(7, large));
}

TEST_P(SyncTest, WorksInsideAHandler) {
  int num_answers = 0;
  there_->Add(1, 1, [&](error_code, int32_t) {
    for (int32_t i = 0; i < 100; ++i) num_answers += echo(there_, i) == i;
  });
  there_->Add(1, 1, [&](error_code, int32_t) { num_answers += 1000; });
  world().run_until([&] { return num_answers > 1000; });
  EXPECT_EQ(num_answers, 1100);
}

TEST_P(SyncTest, TwoSidesMayCallEachOther) {
  auto pipe = make_pipe<Ping>(world().pipes());
  probe_->OpenPing(std::move(pipe.receiver));
  here_->SetOther(std::move(pipe.remote));
  world().run([this]() -> awaitable<void> { co_await probe_.flush(use_awaitable); });
  int num_served = 0;
  here_->on_descend = [&] { ++num_served; };
  // There, here, and there again: each waits for the next.
  EXPECT_EQ(there_->Descend(2, use_sync).value(), 3);
  EXPECT_EQ(num_served, 1);
}

TEST_P(SyncTest, WhatElseArrivesWaitsInOrder) {
  ASSERT_TRUE(there_->Chatter(50, use_sync));
  EXPECT_THAT(here_->notes, IsEmpty());
  world().run_until([&] { return here_->notes.size() == 50; });
  EXPECT_TRUE(std::is_sorted(here_->notes.begin(), here_->notes.end()));
}

TEST_P(SyncTest, EndsInTimeWithItsDeadline) {
  const auto result = there_.with_timeout(std::chrono::milliseconds(1))->Hang(use_sync);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), make_error_code(Errc::kTimedOut));
  EXPECT_EQ(echo(there_, 5), 5);
}

TEST_P(SyncTest, EndsWithThePipe) {
  const auto result = there_->Leave(use_sync);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), make_error_code(Errc::kDisconnected));
}

TEST_P(SyncTest, TheRemoteMayBeDestroyedInsideARequestThatIsServed) {
  here_->on_descend = [this] { there_.reset(); };
  const auto proxy = *there_.operator->();
  const auto result = proxy.Descend(1, use_sync);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), make_error_code(Errc::kCancelled));
}

TEST_P(SyncTest, WorksForInterfacesThatShareAPipe) {
  AssociatedRemote<Ping> beside;
  there_->OpenBeside(beside.bind_new(executor()));
  // Where the service is on this executor, the call that opens the interface waits like any other.
  world().run([this]() -> awaitable<void> { co_await there_.flush(use_awaitable); });
  there_->Note(1);
  EXPECT_EQ(echo(beside, 5), 5);
  EXPECT_EQ(echo(there_, 7), 7);
}

TEST_P(SyncTest, AnInterfaceThatBelongsToNoPipeIsNotWaitedFor) {
  AssociatedRemote<Ping> beside;
  const auto pending = beside.bind_new(executor());
  const auto result = beside->Add(2, 3, use_sync);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), make_error_code(Errc::kInvalidArgument));
}

TEST_P(SyncTest, AThreadOfItsOwnSleepsMeanwhile) {
  probe_->OpenPing(there_.bind_new_pipe(world().pipes(), executor()));
  auto pending = there_.unbind();
  bool is_done = false;
  std::thread thread([&] {
    boost::asio::io_context io{1};
    const Remote<Ping> ping(std::move(pending), io.get_executor());
    for (int32_t i = 0; i < 100; ++i) EXPECT_EQ(ping->Add(i, 1, use_sync).value(), i + 1);
    EXPECT_TRUE(ping->Nothing(use_sync));
    boost::asio::post(world().io(), [&] { is_done = true; });
  });
  world().run_until([&] { return is_done; });
  thread.join();
}

TEST_P(SyncTest, ASharedRemoteIsCalledOnManyThreads) {
  constexpr int32_t kNumThreads = 4;
  constexpr int32_t kNumCalls = 200;
  PendingRemote<Ping> pending;
  {
    auto pipe = make_pipe<Ping>(world().pipes());
    probe_->OpenPing(std::move(pipe.receiver));
    pending = std::move(pipe.remote);
  }
  SharedRemote<Ping> shared(std::move(pending), executor());
  std::atomic<int32_t> num_answers = 0;
  std::atomic<int32_t> num_waiting = kNumThreads;
  std::vector<std::thread> threads;
  for (int32_t t = 0; t < kNumThreads; ++t) {
    threads.emplace_back([&, copy = shared] {
      for (int32_t i = 0; i < kNumCalls; ++i) {
        copy->Note(i);
        copy->Add(i, 1, [&num_answers, i](error_code error, int32_t sum) {
          if (!error && sum == i + 1) ++num_answers;
        });
        if (copy->Add(i, 2, use_sync).value() == i + 2) ++num_answers;
      }
      boost::asio::post(world().io(), [&] { --num_waiting; });
    });
  }
  shared.reset();
  world().run_until([&] { return num_waiting == 0 && num_answers == 2 * kNumThreads * kNumCalls; });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace ferrule::test
