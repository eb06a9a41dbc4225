// SPDX-License-Identifier: Apache-2.0
//
// What a call promises, wherever the other end lives: each case runs in every world.
#include <chrono>
#include <fcntl.h>
#include <future>
#include <numeric>
#include <sys/stat.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "conformance/world.h"

namespace ferrule::test {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;
constexpr auto kAsTuple = boost::asio::as_tuple(use_awaitable);

class CallsTest : public ::testing::TestWithParam<WorldKind> {
 protected:
  World& world() { return *world_; }
  boost::asio::any_io_executor executor() { return world_->io().get_executor(); }
  Remote<Probe> bind_probe() { return {world_->probe(), executor()}; }

 private:
  std::unique_ptr<World> world_ = GetParam().make();
};

std::string name_of(const ::testing::TestParamInfo<WorldKind>& kind) { return kind.param.name; }
INSTANTIATE_TEST_SUITE_P(, CallsTest, ::testing::ValuesIn(all_worlds()), name_of);

std::vector<uint8_t> pattern(size_t num_bytes) {
  std::vector<uint8_t> bytes(num_bytes);
  uint32_t state = 1;
  for (uint8_t& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<uint8_t>(state >> 24);
  }
  return bytes;
}

TEST_P(CallsTest, AnswersACoroutine) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await probe->Add(2, 3, use_awaitable), 5);
    EXPECT_EQ(co_await probe->EchoText("Grüße", use_awaitable), "Grüße");
  });
}

TEST_P(CallsTest, AnswersACallback) {
  Remote<Probe> probe = bind_probe();
  std::optional<int32_t> sum;
  probe->Add(20, 22, [&](error_code error, int32_t result) {
    EXPECT_FALSE(error);
    sum = result;
  });
  EXPECT_FALSE(sum) << "an answer never comes from inside the call";
  world().run_until([&] { return sum.has_value(); });
  EXPECT_EQ(sum, 42);
}

TEST_P(CallsTest, AnswersAFuture) {
  Remote<Probe> probe = bind_probe();
  std::future<int32_t> sum = probe->Add(1, 1, boost::asio::use_future);
  world().run_until(
      [&] { return sum.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
  EXPECT_EQ(sum.get(), 2);
}

TEST_P(CallsTest, KeepsTheOrderOfCalls) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    int64_t expected = 0;
    for (int32_t i = 0; i < 1000; ++i) {
      probe->Count(i);
      expected += i;
      if (i % 100 == 0) {
        EXPECT_EQ(co_await probe->Total(use_awaitable), expected);
      }
    }
    EXPECT_EQ(co_await probe->Total(use_awaitable), expected);
  });
}

TEST_P(CallsTest, SendsTheRequestAtTheCallAndWaitsLater) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    probe->Count(1);
    auto total = probe->Total(use_awaitable);
    probe->Count(10);
    // The answer is here before anybody waits for it.
    EXPECT_EQ(co_await probe->Total(use_awaitable), 11);
    EXPECT_EQ(co_await std::move(total), 1);
    // Nobody ever waits for this one.
    { auto unused = probe->Total(use_awaitable); }
    EXPECT_EQ(co_await probe->Total(use_awaitable), 11);
  });
}

TEST_P(CallsTest, HasManyCallsUnderWay) {
  Remote<Probe> probe = bind_probe();
  int num_answers = 0;
  for (int32_t i = 0; i < 2000; ++i) {
    probe->Add(i, 1, [&num_answers, i](error_code error, int32_t sum) {
      EXPECT_FALSE(error);
      EXPECT_EQ(sum, i + 1);
      EXPECT_EQ(num_answers, i);
      ++num_answers;
    });
  }
  world().run_until([&] { return num_answers == 2000; });
}

TEST_P(CallsTest, AcceptsAnswersInAnyOrder) {
  Remote<Probe> probe = bind_probe();
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) {
    probe->Wait([&order, i](error_code error, int32_t num_waiting) {
      EXPECT_FALSE(error);
      EXPECT_EQ(num_waiting, i);
      order.push_back(i);
    });
  }
  probe->Release();
  world().run_until([&] { return order.size() == 3; });
  EXPECT_THAT(order, ::testing::ElementsAre(2, 1, 0));
}

TEST_P(CallsTest, CarriesBytesOfEverySize) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    for (const size_t num_bytes :
         {size_t{0}, size_t{1}, size_t{1000}, size_t{65000}, size_t{65400}, size_t{65535},
          size_t{65536}, size_t{65537}, size_t{200001}, size_t{1} << 20, (size_t{5} << 20) + 3}) {
      const std::vector<uint8_t> bytes = pattern(num_bytes);
      const Bytes echo = co_await probe->EchoBytes(bytes, use_awaitable);
      EXPECT_TRUE(std::ranges::equal(echo, bytes)) << num_bytes;
    }
  });
}

TEST_P(CallsTest, CarriesLargeBytesWhileTheyStillExistOnlyDuringTheCall) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    std::vector<uint8_t> bytes = pattern(33 << 20);
    const uint64_t expected = std::accumulate(bytes.begin(), bytes.end(), uint64_t{0});
    auto sum = probe->SumBytes(bytes, use_awaitable);
    bytes.assign(bytes.size(), 0);
    EXPECT_EQ(co_await std::move(sum), expected);
  });
}

TEST_P(CallsTest, KeepsSmallCallsInOrderWithLargeOnes) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    std::vector<int> order;
    const std::vector<uint8_t> bytes = pattern(3 << 20);
    for (int i = 0; i < 6; ++i) {
      probe->SumBytes(bytes, [&order, i](error_code, uint64_t) { order.push_back(2 * i); });
      probe->Add(i, i, [&order, i](error_code, int32_t) { order.push_back(2 * i + 1); });
    }
    static_cast<void>(co_await probe->Total(use_awaitable));
    EXPECT_THAT(order, ::testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  });
}

class RecordingObserver final : public ProbeObserver {
 public:
  std::vector<std::string> texts;

 private:
  void OnEvent(int32_t number, std::string text) override {
    EXPECT_EQ(static_cast<size_t>(number), texts.size());
    texts.push_back(std::move(text));
  }
};

TEST_P(CallsTest, CallsBackThroughAnEndThatWasSent) {
  Remote<Probe> probe = bind_probe();
  RecordingObserver observer;
  Receiver<ProbeObserver> receiver(observer);
  bool is_disconnected = false;
  auto pending = receiver.bind_new_pipe(world().pipes(), executor());
  receiver.set_disconnect_handler([&] { is_disconnected = true; });
  probe->Watch(std::move(pending), 500);
  world().run_until([&] { return is_disconnected; });
  ASSERT_EQ(observer.texts.size(), 500U) << "all that was sent comes before the end";
  EXPECT_EQ(observer.texts.back(), "event 499");
}

TEST_P(CallsTest, AcceptsAnotherEndOfTheSameInterface) {
  Remote<Probe> probe = bind_probe();
  Remote<Probe> clone;
  probe->Clone(clone.bind_new_pipe(world().pipes(), executor()));
  world().run([&]() -> awaitable<void> {
    clone->Count(5);
    static_cast<void>(co_await clone->Total(use_awaitable));
    EXPECT_EQ(co_await probe->Total(use_awaitable), 5);
  });
}

TEST_P(CallsTest, SendsAnEndThereAndBack) {
  Remote<Probe> probe = bind_probe();
  ProbeImpl local(executor());
  auto pipe = make_pipe<Probe>(world().pipes());
  local.bind(std::move(pipe.receiver));
  world().run([&]() -> awaitable<void> {
    PendingRemote<Probe> back = co_await probe->EchoProbe(std::move(pipe.remote), use_awaitable);
    const Remote<Probe> remote(std::move(back), executor());
    EXPECT_EQ(co_await remote->Add(3, 4, use_awaitable), 7);
  });
}

TEST_P(CallsTest, SendsDescriptors) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    UniqueFd file(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
    struct stat before {};
    EXPECT_EQ(::fstat(file.get(), &before), 0);
    const UniqueFd back = co_await probe->EchoFile(std::move(file), use_awaitable);
    struct stat after {};
    EXPECT_EQ(::fstat(back.get(), &after), 0);
    EXPECT_EQ(after.st_rdev, before.st_rdev);
  });
}

TEST_P(CallsTest, RefusesAHandleThatIsNotSet) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    const auto [error, file] = co_await probe->EchoFile(UniqueFd(), kAsTuple);
    EXPECT_EQ(error, Errc::kInvalidArgument);
    EXPECT_EQ(co_await probe->Add(1, 2, use_awaitable), 3) << "the pipe goes on";
  });
}

TEST_P(CallsTest, FailsACallWhoseReplyIsDropped) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    const auto [error, nothing] = co_await probe->Drop(kAsTuple);
    EXPECT_EQ(error, Errc::kReplyDropped);
    EXPECT_EQ(co_await probe->Add(1, 2, use_awaitable), 3) << "the pipe goes on";
  });
}

TEST_P(CallsTest, CancelsWaitingCallsWhenTheRemoteGoes) {
  Remote<Probe> probe = bind_probe();
  error_code error;
  bool is_done = false;
  probe->Hang([&](error_code result) {
    error = result;
    is_done = true;
  });
  probe.reset();
  EXPECT_FALSE(is_done) << "not from inside reset";
  world().run_until([&] { return is_done; });
  EXPECT_EQ(error, Errc::kCancelled);
}

TEST_P(CallsTest, MovesARemoteWithUnbind) {
  Remote<Probe> probe = bind_probe();
  world().run([&]() -> awaitable<void> {
    probe->Count(1);
    EXPECT_EQ(co_await probe->Total(use_awaitable), 1);
    probe->Count(10);
    Remote<Probe> again(probe.unbind(), executor());
    EXPECT_FALSE(probe.is_bound());
    EXPECT_EQ(co_await again->Total(use_awaitable), 11);
  });
}

// ---- flow control -------------------------------------------------------------------------------

TEST_P(CallsTest, AWriterWhoWaitsIsNeverRefused) {
  Remote<Probe> probe = bind_probe();
  constexpr int kNumCalls = 50000;  // several windows
  world().run([&]() -> awaitable<void> {
    for (int i = 0; i < kNumCalls; ++i) {
      if (i % 1000 == 0) co_await probe.async_wait_writable(use_awaitable);
      probe->Count(1);
    }
    EXPECT_EQ(co_await probe->Total(use_awaitable), kNumCalls);
  });
}

TEST_P(CallsTest, AWriterWhoNeverWaitsIsToldThatTheWindowIsFull) {
  // Nobody reads: the end is not bound at the other side.
  Remote<Probe> probe = bind_probe();
  auto unread = make_pipe<Probe>(world().pipes());
  Remote<Probe> writer(std::move(unread.remote), executor());
  error_code last;
  bool is_refused = false;
  world().run([&]() -> awaitable<void> {
    for (int i = 0; i < 20000 && !is_refused; ++i) {
      writer->Total([&](error_code error, int64_t) {
        last = error;
        is_refused = true;
      });
      if (i % 100 == 0) co_await boost::asio::post(use_awaitable);
    }
  });
  EXPECT_TRUE(is_refused);
  EXPECT_EQ(last, Errc::kWouldBlock);
}

}  // namespace
}  // namespace ferrule::test
