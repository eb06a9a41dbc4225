// SPDX-License-Identifier: Apache-2.0
//
// A great many calls that end in every way there is, each once.
#include <chrono>
#include <cstddef>
#include <memory>
#include <random>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include "ferrule/bindings/testing/virtual_clock.h"
#include "ferrule/ferrule.h"

#include "conformance/world.h"

namespace ferrule::test {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;
using std::chrono::milliseconds;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kNumCalls = 10'000;
#else
constexpr size_t kNumCalls = 100'000;
#endif

/// So that the answers of one pipe fit into its window.
constexpr size_t kNumPipes = 8;

class TortureTest : public ::testing::TestWithParam<WorldKind> {
 protected:
  TortureTest() {
    for (size_t i = 0; i < kNumPipes; ++i) {
      probes_.emplace_back();
      probe_->Clone(probes_.back().bind_new_pipe(world_->pipes(), world_->io().get_executor()));
    }
  }

  enum class Kind { kPlain, kDeadline, kCancelled };
  struct Call {
    Kind kind;
    int num_completions = 0;
    error_code result;
    boost::asio::cancellation_signal signal;
  };

  void start(Call& call, const Remote<Probe>& probe) {
    const auto done = [&call, this](error_code error, int32_t) {
      ++call.num_completions;
      call.result = error;
      ++num_completions_;
    };
    switch (call.kind) {
      case Kind::kPlain:
        probe->Wait(done);
        break;
      case Kind::kDeadline:
        probe.with_timeout(milliseconds(1 + random_() % 100))->Wait(done);
        break;
      case Kind::kCancelled:
        probe->Wait(boost::asio::bind_cancellation_slot(call.signal.slot(), done));
    }
  }
  void flush() {
    world_->run([this]() -> awaitable<void> {
      for (const auto& probe : probes_) co_await probe.flush(use_awaitable);
    });
  }

  std::unique_ptr<World> world_ = GetParam().make();
  std::shared_ptr<testing::VirtualClock> clock_ = testing::VirtualClock::install(world_->io());
  Remote<Probe> probe_{world_->probe(), world_->io().get_executor()};
  std::vector<Remote<Probe>> probes_;  // more ends of the same: all answers come at once
  std::mt19937 random_{20231114};
  size_t num_completions_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, TortureTest, ::testing::ValuesIn(all_worlds()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(TortureTest, EachOfManyCallsInFlightCompletesOnce) {
  std::vector<std::unique_ptr<Call>> calls;
  for (size_t i = 0; i < kNumCalls; ++i) {
    calls.push_back(std::make_unique<Call>());
    calls.back()->kind = static_cast<Kind>(random_() % 3);
    start(*calls.back(), probes_[i % kNumPipes]);
    if (i % 1000 == 999) flush();  // so that the window stays open
  }
  EXPECT_EQ(num_completions_, 0U) << "all are in flight";
  for (int step = 0; step < 60; ++step) {
    clock_->advance(milliseconds(1));
    for (size_t i = 0; i < kNumCalls / 100; ++i) {
      // Some twice, and some that are not meant to be.
      calls[random_() % kNumCalls]->signal.emit(boost::asio::cancellation_type::terminal);
    }
    if (step % 10 == 0) flush();
    if (step == 40) probe_->Release();
  }
  probe_->Release();
  world_->run_until([this] { return num_completions_ >= kNumCalls; });
  clock_->advance(std::chrono::hours(1));
  flush();

  size_t num_by_result[3] = {};
  for (const auto& call : calls) {
    ASSERT_EQ(call->num_completions, 1);
    if (!call->result) {
      ++num_by_result[0];
    } else if (call->result == Errc::kTimedOut) {
      ASSERT_EQ(call->kind, Kind::kDeadline);
      ++num_by_result[1];
    } else {
      ASSERT_EQ(call->result, make_error_code(Errc::kCancelled));
      ASSERT_EQ(call->kind, Kind::kCancelled);
      ++num_by_result[2];
    }
  }
  EXPECT_EQ(num_completions_, kNumCalls);
  for (const size_t num : num_by_result) EXPECT_GT(num, kNumCalls / 20);
  EXPECT_TRUE(probe_.is_connected());
}

}  // namespace
}  // namespace ferrule::test
