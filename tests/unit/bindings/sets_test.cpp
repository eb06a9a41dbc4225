// SPDX-License-Identifier: Apache-2.0
//
// Many ends at once: who is called, who is gone, and what may be destroyed inside.
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/receiver_set.h"
#include "ferrule/bindings/remote_set.h"
#include "ferrule/bindings/self_owned_receiver.h"

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Calculator = sample::Calculator;

/// A calculator that tells when it is destroyed.
class MortalCalculator final : public Calculator {
 public:
  MortalCalculator(bool& is_gone, std::function<void()> on_add)
      : is_gone_(is_gone), on_add_(std::move(on_add)) {}
  ~MortalCalculator() override { is_gone_ = true; }

 private:
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override {
    reply(a + b);
    const auto call = on_add_;  // this may be destroyed inside
    call();
  }
  void Watch(PendingRemote<sample::Observer> /*observer*/) override {}

  bool& is_gone_;
  std::function<void()> on_add_;
};

class SetsTest : public ::testing::Test {
 protected:
  PendingReceiver<Calculator> receiver_of(FakePipe& pipe) {
    return PendingReceiver<Calculator>(pipe.take_end());
  }
  void call(FakePipe& pipe) {
    pipe.arrive(make_request(++last_request_, 1, 2));
    run_ready(io_);
  }

  boost::asio::io_context io_{1};
  const boost::asio::any_io_executor executor_ = io_.get_executor();
  uint64_t last_request_ = 0;
  FakePipe first_;
  FakePipe second_;
  TestCalculator calculator_;
};

// ---- receivers ----------------------------------------------------------------------------------

TEST_F(SetsTest, AReceiverSetKnowsWhoCalls) {
  ReceiverSet<Calculator, std::string> set;
  std::vector<std::string> callers;
  calculator_.on_add = [&](int32_t a, int32_t b, Reply<int32_t> reply) {
    callers.push_back(set.current_context());
    reply(a + b);
  };
  const auto first = set.add(calculator_, receiver_of(first_), executor_, "first");
  set.add(calculator_, receiver_of(second_), executor_, "second");
  call(second_);
  call(first_);
  EXPECT_THAT(callers, ElementsAre("second", "first"));
  EXPECT_TRUE(set.remove(first));
  EXPECT_FALSE(set.remove(first));
  EXPECT_TRUE(first_.is_closed());
  call(first_);
  call(second_);
  EXPECT_THAT(callers, SizeIs(3));
}

TEST_F(SetsTest, AReceiverThatIsLostLeavesTheSetAndSaysWhose) {
  ReceiverSet<Calculator, std::string> set;
  std::vector<std::string> gone;
  set.add(calculator_, receiver_of(first_), executor_, "first");
  set.add(calculator_, receiver_of(second_), executor_, "second");
  set.set_disconnect_handler([&] {
    gone.push_back(set.current_context());
    EXPECT_EQ(set.size(), 1U);
  });
  first_.close_peer();
  run_ready(io_);
  EXPECT_THAT(gone, ElementsAre("first"));
}

TEST_F(SetsTest, AReceiverMayBeRemovedInsideItsOwnCall) {
  ReceiverSet<Calculator, std::string> set;
  std::string caller;
  calculator_.on_add = [&](int32_t, int32_t, Reply<int32_t>) {
    EXPECT_TRUE(set.remove(set.current_id()));
    caller = set.current_context();
  };
  set.add(calculator_, receiver_of(first_), executor_, "still known");
  first_.put(make_request(7, 1, 2));
  first_.put(make_request(8, 1, 2));
  first_.signal();
  run_ready(io_);
  EXPECT_EQ(caller, "still known");
  EXPECT_TRUE(set.empty());
}

TEST_F(SetsTest, AReceiverSetMayBeDestroyedInsideACall) {
  auto set = std::make_unique<ReceiverSet<Calculator>>();
  bool is_gone = false;
  set->add(std::make_unique<MortalCalculator>(is_gone, [&] { set.reset(); }), receiver_of(first_),
           executor_);
  set->add(calculator_, receiver_of(second_), executor_);
  call(first_);
  EXPECT_TRUE(is_gone);
  EXPECT_TRUE(second_.is_closed());
}

TEST_F(SetsTest, AReceiverSetMayBeDestroyedInsideItsDisconnectHandler) {
  auto set = std::make_unique<ReceiverSet<Calculator>>();
  int num_calls = 0;
  set->set_disconnect_handler([&] {
    ++num_calls;
    set.reset();
  });
  set->add(calculator_, receiver_of(first_), executor_);
  set->add(calculator_, receiver_of(second_), executor_);
  first_.close_peer();
  second_.close_peer();
  run_ready(io_);
  EXPECT_EQ(num_calls, 1) << "no callback after destruction";
}

TEST_F(SetsTest, AnOwnedImplementationGoesWithItsReceiver) {
  UniqueReceiverSet<Calculator> set;
  bool is_gone = false;
  set.add(std::make_unique<MortalCalculator>(is_gone, [] {}), receiver_of(first_), executor_);
  call(first_);
  EXPECT_THAT(first_.sent(), SizeIs(1));
  EXPECT_FALSE(is_gone);
  first_.close_peer();
  run_ready(io_);
  EXPECT_TRUE(is_gone);
}

TEST_F(SetsTest, ACallerIsReported) {
  ReceiverSet<Calculator> set;
  calculator_.on_add = [&](int32_t, int32_t, Reply<int32_t>) { set.report_bad_message("no"); };
  set.add(calculator_, receiver_of(first_), executor_);
  set.add(calculator_, receiver_of(second_), executor_);
  call(first_);
  ASSERT_THAT(first_.reported(), SizeIs(1));
  EXPECT_THAT(first_.reported()[0], HasSubstr("sample.Calculator: no"));
  EXPECT_THAT(second_.reported(), IsEmpty());
  EXPECT_EQ(set.size(), 1U);
}

// ---- remotes ------------------------------------------------------------------------------------

TEST_F(SetsTest, ARemoteSetCallsAllThatAreLeft) {
  RemoteSet<Calculator> set;
  std::vector<RemoteSet<Calculator>::Id> gone;
  set.set_disconnect_handler([&](auto id, const Error&) { gone.push_back(id); });
  const auto first = set.add(PendingRemote<Calculator>(first_.take_end()), executor_);
  const auto second = set.add(PendingRemote<Calculator>(second_.take_end()), executor_);
  const auto call_all = [&] {
    set.for_each([](const auto& remote) { remote->Add(1, 2, [](error_code, int32_t) {}); });
  };
  call_all();
  first_.close_peer();
  run_ready(io_);
  EXPECT_THAT(gone, ElementsAre(first));
  call_all();
  EXPECT_THAT(first_.sent(), SizeIs(1));
  EXPECT_THAT(second_.sent(), SizeIs(2));
  EXPECT_EQ(set.find(first), nullptr);
  ASSERT_NE(set.find(second), nullptr);
  EXPECT_TRUE(set.find(second)->is_connected());
}

TEST_F(SetsTest, ARemoteMayBeRemovedWhileAllAreVisited) {
  RemoteSet<Calculator> set;
  set.add(PendingRemote<Calculator>(first_.take_end()), executor_);
  set.add(PendingRemote<Calculator>(second_.take_end()), executor_);
  int num_visited = 0;
  set.for_each([&](const auto& remote) {
    set.clear();
    EXPECT_TRUE(remote.is_connected()) << "as long as it is visited";
    ++num_visited;
  });
  EXPECT_EQ(num_visited, 1);
  EXPECT_TRUE(first_.is_closed() && second_.is_closed());
}

TEST_F(SetsTest, ARemoteSetMayBeDestroyedInsideItsDisconnectHandler) {
  auto set = std::make_unique<RemoteSet<Calculator>>();
  int num_calls = 0;
  set->set_disconnect_handler([&](auto, const Error&) {
    ++num_calls;
    set.reset();
  });
  set->add(PendingRemote<Calculator>(first_.take_end()), executor_);
  set->add(PendingRemote<Calculator>(second_.take_end()), executor_);
  first_.close_peer();
  second_.close_peer();
  run_ready(io_);
  EXPECT_EQ(num_calls, 1);
}

// ---- receivers that own themselves --------------------------------------------------------------

TEST_F(SetsTest, ASelfOwnedReceiverLivesUntilTheOtherSideIsGone) {
  bool is_gone = false;
  const auto handle = make_self_owned_receiver<Calculator>(
      std::make_unique<MortalCalculator>(is_gone, [] {}), receiver_of(first_), executor_);
  call(first_);
  EXPECT_THAT(first_.sent(), SizeIs(1));
  EXPECT_TRUE(handle);
  first_.close_peer();
  run_ready(io_);
  EXPECT_TRUE(is_gone);
  EXPECT_FALSE(handle);
}

TEST_F(SetsTest, ASelfOwnedReceiverMayBeClosedInsideItsOwnCall) {
  bool is_gone = false;
  SelfOwnedReceiver<Calculator> handle;
  handle = make_self_owned_receiver<Calculator>(
      std::make_unique<MortalCalculator>(is_gone, [&] { handle.close(); }), receiver_of(first_),
      executor_);
  call(first_);
  EXPECT_TRUE(is_gone);
  EXPECT_TRUE(first_.is_closed());
  handle.close();
}

}  // namespace
}  // namespace ferrule::test
