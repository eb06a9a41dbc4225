// SPDX-License-Identifier: Apache-2.0
#include "ferrule/stream/shared_ring.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <gtest/gtest.h>

#include "support/io_loop.h"
#include "support/process_counts.h"
#include "support/stream_bytes.h"

namespace ferrule::test {
namespace {

namespace asio = boost::asio;

/// What became of an acquire.
struct Acquired {
  std::optional<error_code> error;
  SharedRingFrame frame;

  auto store() {
    return [this](error_code result, SharedRingFrame got) {
      EXPECT_FALSE(error.has_value()) << "completed twice";
      error = result;
      frame = std::move(got);
    };
  }
};

/// Both sides of a ring in this process.
class SharedRingTest : public ::testing::Test {
 protected:
  void open(size_t num_frames, size_t frame_bytes = 5000) {
    auto ring = SharedRingProducer::create(io_.get_executor(),
                                           {.num_frames = num_frames, .frame_bytes = frame_bytes});
    ASSERT_TRUE(ring.ok()) << ring.error().message();
    producer_ = *std::move(ring);
    auto consumer = SharedRingConsumer::open(producer_.take_reader());
    ASSERT_TRUE(consumer.ok()) << consumer.error().message();
    consumer_ = *std::move(consumer);
  }
  SharedRingFrame acquire() {
    auto frame = producer_.try_acquire();
    EXPECT_TRUE(frame.ok()) << frame.error().message();
    return *std::move(frame);
  }
  SharedRingView take(const common::SharedFrame& sent) {
    auto view = consumer_.take(sent);
    EXPECT_TRUE(view.ok()) << view.error().message();
    return *std::move(view);
  }
  error_code try_error() {
    auto frame = producer_.try_acquire();
    return frame ? error_code() : frame.error().code();
  }
  void finish(const Acquired& acquired) {
    run_until(io_, [&acquired] { return acquired.error.has_value(); });
  }

  asio::io_context io_{1};
  SharedRingProducer producer_;
  SharedRingConsumer consumer_;
};

TEST_F(SharedRingTest, AFrameIsReadWhereItWasFilled) {
  open(2);
  SharedRingFrame frame = acquire();
  ASSERT_EQ(frame.bytes().size(), 5000U);
  fill_stream(7, frame.bytes());
  const uint8_t* const place = frame.bytes().data();
  const SharedRingView view = take(std::move(frame).share(4000));
  EXPECT_EQ(view.bytes().size(), 4000U);
  EXPECT_TRUE(is_stream(7, view.bytes()));
  EXPECT_NE(view.bytes().data(), place) << "a mapping of its own";
  EXPECT_FALSE(frame.is_valid());
}

TEST_F(SharedRingTest, FramesComeBackWhenTheirViewsGo) {
  open(2);
  SharedRingView first = take(acquire().share());
  SharedRingView second = take(acquire().share());
  EXPECT_EQ(try_error(), Errc::kWouldBlock);
  const uint8_t* const place = second.bytes().data();
  second.release();
  EXPECT_FALSE(second.is_valid());
  EXPECT_TRUE(second.bytes().empty());
  second.release();
  EXPECT_EQ(take(acquire().share()).bytes().data(), place);
  first = SharedRingView();
  const SharedRingFrame a = acquire();
  const SharedRingFrame b = acquire();
  EXPECT_NE(a.bytes().data(), b.bytes().data());
  EXPECT_EQ(try_error(), Errc::kWouldBlock);
}

TEST_F(SharedRingTest, AnUnsentFrameIsFreeAgain) {
  open(1);
  for (int i = 0; i < 5; ++i) {
    SharedRingFrame frame = acquire();
    frame.bytes()[0] = 1;
  }
  SharedRingFrame last = acquire();
  EXPECT_EQ(try_error(), Errc::kWouldBlock);
  last = SharedRingFrame();
  EXPECT_EQ(try_error(), error_code());
}

TEST_F(SharedRingTest, AnAcquireWaitsForTheReader) {
  open(1);
  Acquired acquired;
  producer_.async_acquire(acquired.store());
  EXPECT_FALSE(acquired.error) << "never inside the call";
  finish(acquired);
  ASSERT_EQ(*acquired.error, error_code());
  SharedRingView view = take(std::move(acquired.frame).share());

  Acquired waiting;
  producer_.async_acquire(waiting.store());
  run_ready(io_);
  EXPECT_FALSE(waiting.error);
  view.release();
  finish(waiting);
  EXPECT_EQ(*waiting.error, error_code());
  EXPECT_TRUE(waiting.frame.is_valid());
}

TEST_F(SharedRingTest, AnAcquireGetsWhatIsAbandoned) {
  open(1);
  std::optional<SharedRingFrame> frame = acquire();
  Acquired waiting;
  producer_.async_acquire(waiting.store());
  run_ready(io_);
  EXPECT_FALSE(waiting.error);
  std::thread([&frame] { frame.reset(); }).join();
  finish(waiting);
  EXPECT_EQ(*waiting.error, error_code());
  EXPECT_TRUE(waiting.frame.is_valid());
}

TEST_F(SharedRingTest, AnAcquireCanBeGivenUp) {
  open(1);
  SharedRingFrame frame = acquire();
  asio::cancellation_signal signal;
  Acquired given_up;
  producer_.async_acquire(asio::bind_cancellation_slot(signal.slot(), given_up.store()));
  run_ready(io_);
  signal.emit(asio::cancellation_type::terminal);
  finish(given_up);
  EXPECT_EQ(*given_up.error, error_code(asio::error::operation_aborted));

  Acquired cancelled;
  producer_.async_acquire(cancelled.store());
  producer_.cancel();
  finish(cancelled);
  EXPECT_EQ(*cancelled.error, error_code(asio::error::operation_aborted));

  Acquired closed;
  producer_.async_acquire(closed.store());
  run_ready(io_);
  producer_ = SharedRingProducer();
  finish(closed);
  EXPECT_EQ(*closed.error, error_code(asio::error::operation_aborted));
  frame.bytes()[0] = 1;
}

TEST_F(SharedRingTest, TheProducerMayBeDestroyedInsideItsCompletions) {
  for (const bool is_free : {true, false}) {
    open(1);
    std::optional<SharedRingView> view;
    if (!is_free) view = take(acquire().share());
    std::optional<SharedRingFrame> got;
    producer_.async_acquire([&](error_code error, SharedRingFrame frame) {
      EXPECT_EQ(error, error_code());
      producer_ = SharedRingProducer();
      got = std::move(frame);
    });
    run_ready(io_);
    view.reset();
    run_until(io_, [&got] { return got.has_value(); });
    got->bytes()[0] = 1;
    got.reset();
    run_ready(io_);
  }
}

TEST_F(SharedRingTest, AReaderThatGoesEndsAnAcquire) {
  open(1);
  const common::SharedFrame sent = acquire().share();
  SharedRingView view = take(sent);
  Acquired waiting;
  producer_.async_acquire(waiting.store());
  consumer_ = SharedRingConsumer();
  run_ready(io_);
  EXPECT_FALSE(waiting.error) << "its view is still there";
  view.release();
  finish(waiting);
  EXPECT_EQ(*waiting.error, error_code()) << "the frame came back first";

  static_cast<void>(std::move(waiting.frame).share());
  Acquired last;
  producer_.async_acquire(last.store());
  finish(last);
  EXPECT_EQ(*last.error, Errc::kDisconnected);
}

TEST_F(SharedRingTest, AViewOutlivesTheProducer) {
  open(1);
  SharedRingFrame frame = acquire();
  fill_stream(3, frame.bytes());
  SharedRingView view = take(std::move(frame).share());
  producer_ = SharedRingProducer();
  EXPECT_TRUE(is_stream(3, view.bytes()));
  view.release();
}

TEST_F(SharedRingTest, ACompletionRunsOnItsHandlersExecutor) {
  open(1);
  asio::thread_pool pool(1);
  std::atomic<bool> is_there = false;
  std::atomic<bool> is_done = false;
  producer_.async_acquire(
      asio::bind_executor(pool, [&](error_code error, const SharedRingFrame& frame) {
        is_there = pool.get_executor().running_in_this_thread() && !error && frame.is_valid();
        is_done = true;
      }));
  run_ready(io_);
  pool.wait();
  EXPECT_TRUE(is_done);
  EXPECT_TRUE(is_there);
}

TEST_F(SharedRingTest, ManyFramesAreReadOnManyThreads) {
  open(4, 3 * 4096);
  constexpr uint64_t kNumFrames = 2000;
  std::atomic<uint64_t> num_right = 0;
  asio::thread_pool pool(3);
  std::mt19937 random(1);
  for (uint64_t i = 0; i < kNumFrames; ++i) {
    Acquired acquired;
    producer_.async_acquire(acquired.store());
    finish(acquired);
    ASSERT_EQ(*acquired.error, error_code());
    if (random() % 8 == 0) {
      // Not sent after all.
      num_right += 1;
      asio::post(pool, [frame = std::move(acquired.frame)] { frame.bytes()[0] = 0; });
      continue;
    }
    fill_stream(i, acquired.frame.bytes());
    auto view = std::make_shared<SharedRingView>(take(std::move(acquired.frame).share()));
    asio::post(pool, [&num_right, i, view] {
      if (is_stream(i, view->bytes())) ++num_right;
    });
  }
  pool.wait();
  EXPECT_EQ(num_right, kNumFrames);
}

TEST_F(SharedRingTest, KnowsItsLimits) {
  const auto error_of = [this](size_t num_frames, size_t frame_bytes) {
    const auto ring = SharedRingProducer::create(
        io_.get_executor(), {.num_frames = num_frames, .frame_bytes = frame_bytes});
    return ring ? error_code() : ring.error().code();
  };
  EXPECT_EQ(error_of(0, 1), Errc::kInvalidArgument);
  EXPECT_EQ(error_of(1, 0), Errc::kInvalidArgument);
  EXPECT_EQ(error_of(kMaxSharedRingFrames + 1, 1), Errc::kInvalidArgument);
  EXPECT_EQ(error_of(2, kMaxSharedRingBytes), Errc::kInvalidArgument);
  EXPECT_EQ(error_of(1, SIZE_MAX), Errc::kInvalidArgument);
  EXPECT_EQ(error_of(kMaxSharedRingFrames, 1), error_code());
}

TEST_F(SharedRingTest, AllFramesCanBeOnTheirWayBack) {
  open(kMaxSharedRingFrames, 1);
  for (int round = 0; round < 3; ++round) {
    std::vector<SharedRingView> views;
    while (auto frame = producer_.try_acquire()) views.push_back(take(std::move(*frame).share()));
    EXPECT_EQ(views.size(), kMaxSharedRingFrames);
  }
}

TEST_F(SharedRingTest, GivesEverythingBack) {
  const auto use = [this] {
    open(3);
    SharedRingView view = take(acquire().share());
    const SharedRingFrame frame = acquire();
    producer_ = SharedRingProducer();
    consumer_ = SharedRingConsumer();
  };
  use();
  const ProcessCounts before = count_process();
  for (int i = 0; i < 10; ++i) use();
  EXPECT_EQ(count_process(), before);
}

}  // namespace
}  // namespace ferrule::test
