// SPDX-License-Identifier: Apache-2.0
//
// What the guide tells of and no other test of this folder shows in every world: sets, filters,
// pauses, orders between pipes, idleness, pipes without a type, binders, reasons.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/deferred.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/testing/call_recorder.h"
#include "ferrule/ferrule.h"

#include "conformance/world.h"

namespace ferrule::test {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Observers = ReceiverSet<ProbeObserver, std::string>;

/// Is told of events by the other side.
class Listener final : public ProbeObserver {
 public:
  ~Listener() override {
    if (is_gone != nullptr) *is_gone = true;
  }

  std::vector<std::string> events;
  Observers* set = nullptr;
  bool* is_gone = nullptr;

 private:
  void OnEvent(int32_t number, std::string /*text*/) override {
    events.push_back((set != nullptr ? set->current_context() : "") + std::to_string(number));
  }
};

class GuideTest : public ::testing::TestWithParam<WorldKind> {
 protected:
  boost::asio::any_io_executor executor() { return world_->io().get_executor(); }
  PendingPipe<ProbeObserver> observer_pipe() { return make_pipe<ProbeObserver>(world_->pipes()); }
  /// Everything that was asked of the probe has been done.
  void flush() {
    world_->run([this]() -> awaitable<void> { co_await probe_.flush(use_awaitable); });
  }

  std::unique_ptr<World> world_ = GetParam().make();
  Remote<Probe> probe_{world_->probe(), world_->io().get_executor()};
  Listener listener_;
};

INSTANTIATE_TEST_SUITE_P(, GuideTest, ::testing::ValuesIn(all_worlds()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(GuideTest, AReceiverSetKnowsWhoCalls) {
  Observers observers;
  listener_.set = &observers;
  for (const char* const name : {"a", "b"}) {
    auto pipe = observer_pipe();
    observers.add(listener_, std::move(pipe.receiver), executor(), name);
    probe_->Watch(std::move(pipe.remote), 2);
  }
  world_->run_until([&] { return observers.empty(); });
  EXPECT_THAT(listener_.events, UnorderedElementsAre("a0", "a1", "b0", "b1"));
}

TEST_P(GuideTest, ARemoteSetCallsAll) {
  RemoteSet<Probe> probes;
  for (int i = 0; i < 3; ++i) {
    auto pipe = make_pipe<Probe>(world_->pipes());
    probe_->Clone(std::move(pipe.receiver));
    probes.add(std::move(pipe.remote), executor());
  }
  int num_answers = 0;
  probes.for_each([&](const auto& probe) {
    probe->Add(1, 2, [&num_answers](error_code, int32_t sum) { num_answers += sum; });
  });
  world_->run_until([&] { return num_answers == 9; });
}

TEST_P(GuideTest, ASelfOwnedReceiverGoesWithItsCaller) {
  bool is_gone = false;
  auto listener = std::make_unique<Listener>();
  listener->is_gone = &is_gone;
  auto pipe = observer_pipe();
  make_self_owned_receiver<ProbeObserver>(std::move(listener), std::move(pipe.receiver),
                                          executor());
  probe_->Watch(std::move(pipe.remote), 1);
  world_->run_until([&is_gone] { return is_gone; });
}

TEST_P(GuideTest, AFilterSeesAndRefusesWhatTheOtherSideCalls) {
  auto pipe = observer_pipe();
  Receiver<ProbeObserver> receiver(listener_, std::move(pipe.receiver), executor());
  const auto calls = std::make_shared<ferrule::testing::CallRecorder>();
  calls->set_verdict([n = 0](const CallInfo&) mutable {
    return n++ == 1 ? CallFilter::Verdict::kRefuse : CallFilter::Verdict::kAccept;
  });
  receiver.set_filter(calls);
  probe_->Watch(std::move(pipe.remote), 3);
  world_->run_until([&] { return !receiver.is_connected(); });
  EXPECT_EQ(calls->calls().size(), 3U);
  EXPECT_THAT(listener_.events, ElementsAre("0", "2"));
}

TEST_P(GuideTest, APausedReceiverHandlesNothingUntilItGoesOn) {
  auto pipe = observer_pipe();
  Receiver<ProbeObserver> receiver(listener_, std::move(pipe.receiver), executor());
  receiver.pause();
  probe_->Watch(std::move(pipe.remote), 3);
  flush();
  EXPECT_THAT(listener_.events, IsEmpty());
  EXPECT_TRUE(receiver.is_connected());
  receiver.resume();
  world_->run_until([&] { return !receiver.is_connected(); });
  EXPECT_THAT(listener_.events, ElementsAre("0", "1", "2"));
}

TEST_P(GuideTest, TwoPipesInOneOrder) {
  Remote<Probe> other;
  probe_->Clone(other.bind_new_pipe(world_->pipes(), executor()));
  world_->run([&]() -> awaitable<void> {
    for (int64_t i = 1; i <= 20; ++i) {
      auto [flusher, flush] = make_flush_order(world_->pipes());
      other.pause_until_flushed(std::move(flush));
      auto total = other->Total(boost::asio::deferred);
      probe_->Count(1);
      probe_.flush_async(std::move(flusher));
      EXPECT_EQ(co_await std::move(total)(use_awaitable), i);
    }
  });
}

TEST_P(GuideTest, WordThatTheOtherSideHasNothingToDo) {
  int num_words = 0;
  probe_.set_idle_handler(std::chrono::milliseconds(1), [&num_words] { ++num_words; });
  probe_->Count(1);
  world_->run_until([&num_words] { return num_words > 0; });
  EXPECT_TRUE(probe_.is_connected());
}

TEST_P(GuideTest, AReasonArrivesThroughThePipe) {
  auto pipe = observer_pipe();
  Receiver<ProbeObserver> receiver(listener_, std::move(pipe.receiver), executor());
  std::string reason;
  receiver.set_disconnect_handler([&reason](const Error& why) {
    EXPECT_EQ(why.code(), error_code(42, disconnect_category()));
    reason = why.message();
  });
  // The other end was there and came back.
  auto cast = PendingRemote<Probe>(pipe.remote.take_end());
  world_->run([&]() -> awaitable<void> {
    cast = co_await probe_->EchoProbe(std::move(cast), use_awaitable);
  });
  Remote<ProbeObserver> remote(PendingRemote<ProbeObserver>(cast.take_end()), executor());
  remote->OnEvent(1, "");
  remote.reset_with_reason(42, "enough");
  world_->run_until([&reason] { return !reason.empty(); });
  EXPECT_EQ(reason, "enough");
  EXPECT_THAT(listener_.events, ElementsAre("1"));
}

TEST_P(GuideTest, APipeWithoutAType) {
  auto ends = world_->pipes().make_pipe_ends();
  BoundMessagePipe first(MessagePipe(std::move(ends.first)), executor());
  ASSERT_TRUE(first.write(Bytes{1, 2, 3}.span()).ok());
  world_->run([&]() -> awaitable<void> {
    auto cast = PendingRemote<Probe>(std::move(ends.second));
    cast = co_await probe_->EchoProbe(std::move(cast), use_awaitable);
    BoundMessagePipe second(MessagePipe(cast.take_end()), executor());
    const RawMessage there = co_await second.async_read(use_awaitable);
    EXPECT_EQ(there.bytes.as_string_view(), "\1\2\3");
    const Bytes answer{4};
    EXPECT_TRUE(second.write(answer.span()).ok());
    const RawMessage back = co_await first.async_read(use_awaitable);
    EXPECT_EQ(back.bytes.as_string_view(), "\4");
  });
}

TEST_P(GuideTest, ABinderMapBindsByName) {
  BinderMap<std::string> binders;
  Receiver<ProbeObserver> receiver(listener_);
  std::string who;
  binders.add<ProbeObserver>([&](PendingReceiver<ProbeObserver> pending, const std::string& user) {
    who = user;
    receiver.bind(std::move(pending), executor());
  });
  binders.set_policy([](std::string_view, const std::string& user) { return user == "me"; });
  auto pipe = observer_pipe();
  probe_->Watch(std::move(pipe.remote), 1);
  flush();
  ASSERT_TRUE(binders.bind(GenericPendingReceiver(std::move(pipe.receiver)), "me").ok());
  world_->run_until([&] { return !receiver.is_connected(); });
  EXPECT_EQ(who, "me");
  EXPECT_THAT(listener_.events, ElementsAre("0"));

  auto refused = observer_pipe();
  EXPECT_EQ(binders.bind(GenericPendingReceiver(std::move(refused.receiver)), "you").error().code(),
            Errc::kAccessDenied);
}

TEST_P(GuideTest, ADeadlineIsToldThroughAPipeThatTravelled) {
  Remote<Probe> moved;
  auto pipe = make_pipe<Probe>(world_->pipes());
  probe_->Clone(std::move(pipe.receiver));
  world_->run([&]() -> awaitable<void> {
    auto back = co_await probe_->EchoProbe(std::move(pipe.remote), use_awaitable);
    moved.bind(std::move(back), executor());
    error_code error;
    co_await moved.with_timeout(std::chrono::milliseconds(1))
        ->Hang(boost::asio::redirect_error(use_awaitable, error));
    EXPECT_EQ(error, Errc::kTimedOut);
    // The order goes behind the call, once the other side is known to understand it.
    while (co_await moved->CountCancelled(use_awaitable) == 0) continue;
    EXPECT_EQ(co_await moved->Add(1, 2, use_awaitable), 3);
  });
}

TEST_P(GuideTest, AnEndIsReboundElsewhere) {
  boost::asio::io_context other{1};
  Remote<Probe> moved(probe_.unbind(), other.get_executor());
  int32_t sum = 0;
  moved->Add(2, 3, [&sum](error_code, int32_t result) { sum = result; });
  world_->run_until([&] {
    other.poll();
    other.restart();
    return sum == 5;
  });
  probe_.bind(moved.unbind(), executor());
  world_->run(
      [this]() -> awaitable<void> { EXPECT_EQ(co_await probe_->Add(3, 4, use_awaitable), 7); });
}

}  // namespace
}  // namespace ferrule::test
