// SPDX-License-Identifier: Apache-2.0
// Rings whose reader is wherever a probe is.
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "conformance/world.h"
#include "support/process_counts.h"
#include "support/stream_bytes.h"

namespace ferrule::test {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using namespace asio::experimental::awaitable_operators;

constexpr size_t kFrameBytes = 100'000;

/// A pourer that reads a ring of three frames.
class RingUser {
 public:
  explicit RingUser(World& world)
      : probe(world.probe(), world.io().get_executor()), executor_(world.io().get_executor()) {
    probe->OpenPourer(pourer.bind_new_pipe(world.pipes(), executor_));
    open_ring();
  }

  /// In the place of the one that is there.
  void open_ring() {
    ring = SharedRingProducer::create(executor_, {.num_frames = 3, .frame_bytes = kFrameBytes})
               .value();
    pourer->UseRing(ring.take_reader());
  }

  /// Whether the reader saw what was filled in.
  asio::awaitable<bool> show(uint64_t first, bool keeps) {
    SharedRingFrame frame = co_await ring.async_acquire(use_awaitable);
    fill_stream(first, frame.bytes());
    co_return co_await pourer->Show(std::move(frame).share(), first, keeps, use_awaitable);
  }

  Remote<Probe> probe;
  Remote<Pourer> pourer;
  SharedRingProducer ring;

 private:
  const asio::any_io_executor executor_;
};

class SharedRingWorldTest : public ::testing::TestWithParam<WorldKind> {
 protected:
  std::unique_ptr<World> world_ = GetParam().make();
};

TEST_P(SharedRingWorldTest, FramesGoRoundAndRound) {
  RingUser user(*world_);
  world_->run([&]() -> asio::awaitable<void> {
    for (uint64_t i = 0; i < 50; ++i) EXPECT_TRUE(co_await user.show(i * 1000, false));
  });
}

TEST_P(SharedRingWorldTest, AReaderThatKeepsThemHoldsTheWriterUp) {
  RingUser user(*world_);
  world_->run([&]() -> asio::awaitable<void> {
    for (uint64_t i = 0; i < 3; ++i) EXPECT_TRUE(co_await user.show(i, true));
    EXPECT_EQ(user.ring.try_acquire().error().code(), make_error_code(Errc::kWouldBlock));
    const auto release = [&]() -> asio::awaitable<void> {
      user.pourer->DropFrames();
      co_return;
    };
    co_await (user.show(9, false) && release());
  });
}

TEST_P(SharedRingWorldTest, AFrameThatIsNoneEndsTheReader) {
  RingUser user(*world_);
  world_->run([&]() -> asio::awaitable<void> {
    const auto [error, is_right] = co_await user.pourer->Show(
        {.index = 3, .generation = 1, .num_bytes = 1}, 0, false, asio::as_tuple(use_awaitable));
    EXPECT_TRUE(error);
    EXPECT_FALSE(is_right);
  });
}

TEST_P(SharedRingWorldTest, LeavesNothingBehind) {
  RingUser user(*world_);
  const auto use = [&]() -> asio::awaitable<void> {
    user.open_ring();
    EXPECT_TRUE(co_await user.show(5, true));
    user.pourer->DropFrames();
    co_await user.probe->Add(1, 2, use_awaitable);
  };
  world_->run(use);
  const ProcessCounts before = count_process();
  for (int i = 0; i < 10; ++i) world_->run(use);
  // The other side may be in this process, and about to drop the last frame.
  world_->run([&]() -> asio::awaitable<void> {
    while (count_process() != before) co_await user.probe->Add(1, 2, use_awaitable);
  });
}

INSTANTIATE_TEST_SUITE_P(All, SharedRingWorldTest, ::testing::ValuesIn(all_worlds()),
                         ::testing::PrintToStringParamName());

TEST(SharedRingReaderProcessTest, AReaderThatIsKilledEndsAnAcquire) {
  const std::unique_ptr<World> world = all_worlds().back().make();
  RingUser user(*world);
  world->run([&]() -> asio::awaitable<void> {
    for (uint64_t i = 0; i < 3; ++i) EXPECT_TRUE(co_await user.show(i, true));
    user.probe->Die();
    const auto [error, frame] = co_await user.ring.async_acquire(asio::as_tuple(use_awaitable));
    EXPECT_EQ(error, Errc::kDisconnected);
    EXPECT_FALSE(frame.is_valid());
  });
}

}  // namespace
}  // namespace ferrule::test
