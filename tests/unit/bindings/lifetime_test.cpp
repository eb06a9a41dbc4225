// SPDX-License-Identifier: Apache-2.0
//
// Every callback destroys something now and then: the object that calls it, or another one.
// Whatever is destroyed calls nobody any more, but for calls under way, which end once each. The
// sanitizers see what else goes wrong.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include "ferrule/bindings/co_answer.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/remote_set.h"
#include "ferrule/bindings/shared_remote.h"
#include "ferrule/bindings/testing/test_pipes.h"
#include "ferrule/bindings/testing/virtual_clock.h"

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

class LifetimeTest : public ::testing::TestWithParam<uint32_t> {
 protected:
  /// One pipe, and everything that hangs on it. Any of its parts may go at any time.
  struct Pair : CallFilter {
    explicit Pair(LifetimeTest& owner) : test(owner) {}
    Verdict before(const CallInfo& /*call*/) override { return on_callback(); }
    void after(const CallInfo& /*call*/, bool /*is_sound*/) override { on_callback(); }
    Verdict on_callback() {
      test.maybe_destroy();
      return Verdict::kAccept;
    }

    LifetimeTest& test;
    TestCalculator calculator;
    std::unique_ptr<Remote<sample::Calculator>> remote;
    std::unique_ptr<Receiver<sample::Calculator>> receiver;
    SharedRemote<sample::Calculator> shared;
    std::vector<Reply<int32_t>> replies;
  };

  size_t dice(size_t sides) { return random_() % sides; }

  void maybe_destroy() {
    if (dice(4) != 0 || pairs_.empty()) return;
    Pair& pair = *pairs_[dice(pairs_.size())];
    switch (dice(5)) {
      case 0:
        pair.remote.reset();
        break;
      case 1:
        pair.receiver.reset();
        break;
      case 2: {
        const auto dropped = std::exchange(pair.replies, {});
        break;
      }
      case 3:
        pair.shared.reset();
        break;
      default:
        observers_.clear();
    }
  }

  void add_pair() {
    auto pair = std::make_shared<Pair>(*this);
    const auto executor = io_.get_executor();
    auto pipe = make_pipe<sample::Calculator>(pipes_);
    pair->remote = std::make_unique<Remote<sample::Calculator>>(std::move(pipe.remote), executor);
    pair->receiver = std::make_unique<Receiver<sample::Calculator>>(
        pair->calculator, std::move(pipe.receiver), executor);
    pair->remote->set_disconnect_handler([raw = pair.get()] {
      EXPECT_NE(raw->remote, nullptr) << "called after it was destroyed";
      raw->on_callback();
    });
    pair->receiver->set_disconnect_handler([raw = pair.get()] {
      EXPECT_NE(raw->receiver, nullptr) << "called after it was destroyed";
      raw->on_callback();
    });
    pair->receiver->set_filter(pair);
    pair->calculator.on_add = [this, raw = pair.get()](int32_t a, int32_t b, Reply<int32_t> reply) {
      EXPECT_NE(raw->receiver, nullptr) << "called after it was destroyed";
      answer(*raw, a + b, std::move(reply));
    };
    auto other = make_pipe<sample::Calculator>(pipes_);
    pair->shared = SharedRemote<sample::Calculator>(std::move(other.remote), executor);
    make_other_receiver(std::move(other.receiver));
    pairs_.push_back(std::move(pair));
  }
  void make_other_receiver(PendingReceiver<sample::Calculator> pending) {
    others_.push_back(std::make_unique<Receiver<sample::Calculator>>(other_, std::move(pending),
                                                                     io_.get_executor()));
  }

  void answer(Pair& pair, int32_t sum, Reply<int32_t> reply) {
    maybe_destroy();
    reply.on_cancel([this] { maybe_destroy(); });
    switch (dice(3)) {
      case 0:
        reply(sum);
        break;
      case 1:
        pair.replies.push_back(std::move(reply));
        break;
      default:
        co_answer(io_.get_executor(), std::move(reply), answer_later(sum));
    }
    maybe_destroy();
  }
  boost::asio::awaitable<int32_t> answer_later(int32_t sum) {
    co_await boost::asio::post(io_, boost::asio::use_awaitable);
    maybe_destroy();
    co_return sum;
  }

  void call(Pair& pair) {
    const auto done = [this](error_code, int32_t) {
      ++num_completions_;
      maybe_destroy();
    };
    switch (dice(5)) {
      case 0:
        if (!pair.shared) return;
        pair.shared->Add(1, 2, done);
        break;
      case 1:
        if (!pair.remote) return;
        pair.remote->with_timeout(std::chrono::milliseconds(1 + dice(5)))->Add(1, 2, done);
        break;
      case 2:
        if (!pair.remote) return;
        (*pair.remote)->Add(1, 2, boost::asio::bind_cancellation_slot(signal_.slot(), done));
        break;
      case 3:
        if (!pair.remote) return;
        (*pair.remote)->Watch(observer_end());
        return;
      default:
        if (!pair.remote) return;
        (*pair.remote)->Add(1, 2, done);
    }
    ++num_calls_;
  }
  PendingRemote<sample::Observer> observer_end() {
    auto pipe = make_pipe<sample::Observer>(pipes_);
    observers_.add(std::move(pipe.remote), io_.get_executor());
    return make_pipe<sample::Observer>(pipes_).remote;
  }

  boost::asio::io_context io_{1};
  std::shared_ptr<ferrule::testing::VirtualClock> clock_ =
      ferrule::testing::VirtualClock::install(io_);
  std::mt19937 random_{GetParam()};
  ferrule::testing::TestPipes pipes_;
  boost::asio::cancellation_signal signal_;
  TestCalculator other_;
  std::vector<std::unique_ptr<Receiver<sample::Calculator>>> others_;
  RemoteSet<sample::Observer> observers_;
  std::vector<std::shared_ptr<Pair>> pairs_;
  size_t num_calls_ = 0;
  size_t num_completions_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Seeds, LifetimeTest, ::testing::Range(uint32_t{1}, uint32_t{41}));

TEST_P(LifetimeTest, AnythingMayBeDestroyedInsideAnyCallback) {
  for (int step = 0; step < 400; ++step) {
    if (pairs_.size() < 4 || dice(20) == 0) add_pair();
    call(*pairs_[dice(pairs_.size())]);
    switch (dice(6)) {
      case 0:
        clock_->advance(std::chrono::milliseconds(1));
        break;
      case 1:
        signal_.emit(boost::asio::cancellation_type::terminal);
        break;
      case 2:
        io_.poll_one();
        break;
      case 3:
        run_ready(io_);
        break;
      default:
        break;
    }
    io_.restart();
  }
  for (const auto& pair : pairs_) {
    pair->remote.reset();
    pair->shared.reset();
  }
  run_ready(io_);
  EXPECT_GT(num_calls_, 100U);
  EXPECT_EQ(num_completions_, num_calls_) << "each call ends once";
  // A receiver's filter is its pair, so they hold each other until here.
  for (const auto& pair : pairs_) {
    pair->receiver.reset();
    const auto dropped = std::exchange(pair->replies, {});
  }
  run_ready(io_);
}

}  // namespace
}  // namespace ferrule::test
