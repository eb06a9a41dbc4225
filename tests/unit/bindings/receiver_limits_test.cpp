// SPDX-License-Identifier: Apache-2.0
//
// What a receiver lets through, and when: filters, pauses, how many calls at a time.
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/call_filter.h"

#include "unit/bindings/connected_fixture.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Verdict = CallFilter::Verdict;

class TestFilter final : public CallFilter {
 public:
  Verdict verdict = Verdict::kAccept;
  std::vector<std::string> seen;
  std::function<void()> on_before = [] {};
  std::function<void()> on_after = [] {};

  Verdict before(const CallInfo& call) override {
    seen.push_back(std::string(call.interface_name) + "/" + std::to_string(call.method) +
                   (call.expects_answer ? "?" : ""));
    on_before();
    return verdict;
  }
  void after(const CallInfo& /*call*/, bool is_sound) override {
    seen.emplace_back(is_sound ? "sound" : "broken");
    on_after();
  }
};

class ReceiverLimitsTest : public ConnectedFixture {
 protected:
  ReceiverLimitsTest() { receiver_.set_filter(filter_); }

  void keep_replies() {
    calculator_.on_add = [this](int32_t, int32_t, Reply<int32_t> reply) {
      replies_.push_back(std::move(reply));
    };
  }

  std::shared_ptr<TestFilter> filter_ = std::make_shared<TestFilter>();
  std::vector<Reply<int32_t>> replies_;
};

TEST_F(ReceiverLimitsTest, AFilterSeesEveryCall) {
  FakePipe observer;
  remote_->Add(1, 2, record("a"));
  remote_->Watch(PendingRemote<sample::Observer>(observer.take_end()));
  exchange();
  EXPECT_THAT(filter_->seen,
              ElementsAre("sample.Calculator/0?", "sound", "sample.Calculator/1", "sound"));
  EXPECT_THAT(events_, ElementsAre("a: 3"));
  receiver_.set_filter(nullptr);
  remote_->Add(1, 2, record("b"));
  exchange();
  EXPECT_THAT(filter_->seen, SizeIs(4));
}

TEST_F(ReceiverLimitsTest, ARefusedCallFailsAndThePipeGoesOn) {
  FakePipe observer;
  filter_->verdict = Verdict::kRefuse;
  remote_->Add(1, 2, record("a"));
  remote_->Watch(PendingRemote<sample::Observer>(observer.take_end()));
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: access denied"));
  EXPECT_THAT(calculator_.observers, IsEmpty());
  EXPECT_TRUE(observer.is_closed());
  filter_->verdict = Verdict::kAccept;
  remote_->Add(1, 2, record("b"));
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: access denied", "b: 3"));
  expect_fine();
}

TEST_F(ReceiverLimitsTest, AFilterReportsABadMessage) {
  filter_->verdict = Verdict::kBadMessage;
  remote_->Add(1, 2, record("a"));
  exchange();
  ASSERT_THAT(here_.reported(), SizeIs(1));
  EXPECT_THAT(here_.reported()[0], HasSubstr("a filter of the receiver refused it"));
  EXPECT_FALSE(receiver_.is_connected());
}

TEST_F(ReceiverLimitsTest, AFilterHearsOfBrokenArguments) {
  here_.arrive(make_request(1, 2, 3, 0));
  run_ready(io_);
  EXPECT_THAT(filter_->seen, ElementsAre("sample.Calculator/0", "broken"));
  EXPECT_THAT(here_.reported(), SizeIs(1));
}

TEST_F(ReceiverLimitsTest, AFilterMayDestroyTheReceiver) {
  calculator_.on_add = [](int32_t, int32_t, Reply<int32_t>) { ADD_FAILURE(); };
  filter_->on_before = [this] { receiver_.reset(); };
  remote_->Add(1, 2, record("a"));
  exchange();
  EXPECT_THAT(filter_->seen, SizeIs(1));
}

TEST_F(ReceiverLimitsTest, AFilterMayDestroyTheReceiverAfterTheCall) {
  filter_->on_after = [this] {
    receiver_.reset();
    filter_.reset();
  };
  remote_->Add(1, 2, record("a"));
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
}

TEST_F(ReceiverLimitsTest, APausedReceiverHandlesNothingUntilItGoesOn) {
  receiver_.pause();
  remote_->Add(1, 2, record("a"));
  exchange();
  EXPECT_THAT(events_, IsEmpty());
  EXPECT_EQ(here_.num_waiting(), 1U);
  receiver_.resume();
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
}

TEST_F(ReceiverLimitsTest, ACallMayPauseItsReceiver) {
  calculator_.on_add = [this](int32_t a, int32_t b, Reply<int32_t> reply) {
    receiver_.pause();
    reply(a + b);
  };
  remote_->Add(1, 2, record("a"));
  remote_->Add(3, 4, record("b"));
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
  receiver_.resume();
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: 3", "b: 7"));
}

TEST_F(ReceiverLimitsTest, MoreCallsThanTheLimitWait) {
  keep_replies();
  receiver_.set_max_open_calls(2);
  for (const char* name : {"a", "b", "c", "d"}) remote_->Add(1, 2, record(name));
  exchange();
  EXPECT_THAT(replies_, SizeIs(2));
  EXPECT_EQ(receiver_.num_open_calls(), 2U);
  replies_.front()(1);
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: 1"));
  EXPECT_THAT(replies_, SizeIs(3));
  replies_.clear();
  exchange();
  EXPECT_THAT(replies_, SizeIs(1));
  EXPECT_EQ(here_.num_waiting(), 0U);
}

TEST_F(ReceiverLimitsTest, ACallerThatGoesAwayAtTheLimitIsNoticed) {
  keep_replies();
  receiver_.set_max_open_calls(1);
  remote_->Add(1, 2, record("a"));
  exchange();
  replies_.at(0).on_cancel([this] { replies_.clear(); });
  here_.close_peer();
  run_ready(io_);
  EXPECT_THAT(replies_, IsEmpty());
  EXPECT_TRUE(reason_);
}

TEST_F(ReceiverLimitsTest, CallsThatWereBegunFailWhenTheReceiverMovesOn) {
  keep_replies();
  remote_->Add(1, 2, record("a"));
  exchange();
  auto pending = receiver_.unbind();
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: the service dropped the reply"));
  EXPECT_TRUE(replies_.at(0).cancelled());
  replies_.clear();
  receiver_.bind(std::move(pending), io_.get_executor());
  remote_->Add(1, 2, record("b"));
  exchange();
  EXPECT_THAT(replies_, SizeIs(1));
}

TEST_F(ReceiverLimitsTest, AVersionIsAskedForOnce) {
  std::vector<uint32_t> versions;
  const auto note = [&](error_code error, uint32_t version) {
    EXPECT_FALSE(error);
    versions.push_back(version);
  };
  remote_.query_version(note);
  exchange();
  size_t num_sent = 0;
  there_.set_observer([&](const wire::MessageHeader&) { ++num_sent; });
  remote_.query_version(note);
  EXPECT_THAT(versions, SizeIs(1)) << "never from inside the call";
  exchange();
  EXPECT_THAT(versions, SizeIs(2));
  EXPECT_EQ(num_sent, 0U);
}

}  // namespace
}  // namespace ferrule::test
