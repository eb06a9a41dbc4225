// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/remote.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RemoteTest : public ::testing::Test {
 protected:
  RemoteTest() {
    remote_.set_disconnect_handler([this](const Error& reason) {
      events_.emplace_back("disconnected");
      reason_ = reason;
    });
  }

  /// Calls Add; the answer, or the error, becomes an event.
  void add(const std::string& name) {
    remote_->Add(1, 2, [this, name](error_code error, int32_t sum) {
      events_.push_back(name + ": " + (error ? error.message() : std::to_string(sum)));
    });
  }
  uint64_t id_of(size_t call) const { return pipe_.sent_header(call).request_id; }
  void run() { run_ready(io_); }

  void expect_bad_message(const std::string& rule) {
    run();
    EXPECT_TRUE(pipe_.is_closed());
    ASSERT_EQ(pipe_.reported().size(), 1U);
    EXPECT_THAT(pipe_.reported()[0], HasSubstr(rule));
    ASSERT_TRUE(reason_);
    EXPECT_EQ(reason_->code(), make_error_code(Errc::kBadMessage));
    EXPECT_EQ(reason_->message(), pipe_.reported()[0]);
    EXPECT_FALSE(remote_.is_connected());
  }

  boost::asio::io_context io_{1};
  FakePipe pipe_;
  std::vector<std::string> events_;
  std::optional<Error> reason_;
  Remote<sample::Calculator> remote_{PendingRemote<sample::Calculator>(pipe_.take_end()),
                                     io_.get_executor()};
};

// ---- what is sent -------------------------------------------------------------------------------

TEST_F(RemoteTest, SendsARequestAtTheCall) {
  add("a");
  ASSERT_EQ(pipe_.sent().size(), 1U);
  const wire::MessageHeader header = pipe_.sent_header(0);
  EXPECT_EQ(header.num_bytes, 56U);
  EXPECT_EQ(header.version, 3U);
  EXPECT_EQ(header.interface_id, 0U);
  EXPECT_EQ(header.name, kAdd);
  EXPECT_EQ(header.flags, uint32_t{wire::kExpectsResponse});
  add("b");
  EXPECT_NE(id_of(0), id_of(1));
}

TEST_F(RemoteTest, SendsAOneWayCallWithoutFlagsAndWithItsHandle) {
  FakePipe other;
  remote_->Watch(PendingRemote<sample::Observer>(other.take_end()));
  ASSERT_EQ(pipe_.sent().size(), 1U);
  EXPECT_EQ(pipe_.sent_header(0).flags, 0U);
  ASSERT_EQ(pipe_.sent()[0].handles().size(), 1U);
  EXPECT_TRUE(pipe_.sent()[0].handles()[0].is_pipe());
  EXPECT_FALSE(other.is_closed());
}

TEST_F(RemoteTest, FailsACallThatCannotBeSentAndGoesOn) {
  pipe_.fail_next_send(Error(Errc::kResourceExhausted, "no"));
  add("a");
  EXPECT_TRUE(events_.empty()) << "not from inside the call";
  add("b");
  run();
  EXPECT_THAT(events_, ElementsAre("a: resource exhausted"));
  EXPECT_TRUE(remote_.is_connected());
}

TEST_F(RemoteTest, ClosesThePipeWhenAOneWayCallCannotBeSent) {
  add("a");
  remote_->Watch({});
  EXPECT_TRUE(pipe_.is_closed());
  run();
  EXPECT_THAT(events_, ElementsAre("a: invalid argument", "disconnected"));
  EXPECT_THAT(reason_->message(), HasSubstr("the pipe end is not set"));
}

// ---- answers ------------------------------------------------------------------------------------

TEST_F(RemoteTest, BringsAnswersToWhoAskedInAnyOrder) {
  for (const char* name : {"a", "b", "c"}) add(name);
  pipe_.put(make_answer(id_of(2), 30));
  pipe_.put(make_answer(id_of(0), 10));
  pipe_.put(make_answer(id_of(1), 20));
  pipe_.signal();
  run();
  EXPECT_THAT(events_, ElementsAre("c: 30", "a: 10", "b: 20"));
}

TEST_F(RemoteTest, HandlesAtOnceWhatTheTransportBringsOnItsOwnExecutor) {
  add("a");
  boost::asio::post(io_, [this] {
    pipe_.arrive(make_answer(id_of(0), 3));
    EXPECT_THAT(events_, ElementsAre("a: 3"));
  });
  run();
}

TEST_F(RemoteTest, DoesNotHandleFromInsideACallWhatIsThere) {
  add("a");
  boost::asio::post(io_, [this] {
    pipe_.put(make_answer(id_of(0), 3));
    pipe_.signal(FakePipe::SignalSource::kCall);
    EXPECT_TRUE(events_.empty());
  });
  run();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
}

TEST_F(RemoteTest, ToleratesSignalsForNothing) {
  for (int i = 0; i < 3; ++i) pipe_.signal();
  run();
  EXPECT_TRUE(remote_.is_connected());
}

TEST_F(RemoteTest, IsToldWhenTheReplyWasDropped) {
  add("a");
  pipe_.arrive(make_answer(id_of(0), 0, wire::kIsResponse | 0x100));
  run();
  EXPECT_THAT(events_, ElementsAre("a: the service dropped the reply"));
  EXPECT_TRUE(remote_.is_connected());
}

TEST_F(RemoteTest, DoesNotLetABusyPipeStarveOthers) {
  constexpr int kNumCalls = 1000;
  for (int i = 0; i < kNumCalls; ++i) add("x");
  for (int i = 0; i < kNumCalls; ++i) pipe_.put(make_answer(id_of(static_cast<size_t>(i)), 0));
  size_t num_before_others = 0;
  boost::asio::post(io_, [this] { pipe_.signal(); });
  boost::asio::post(io_, [&] { num_before_others = events_.size(); });
  run();
  EXPECT_EQ(events_.size(), 1000U);
  EXPECT_LE(num_before_others, 128U);
}

// ---- answers that break a rule ------------------------------------------------------------------

TEST_F(RemoteTest, RefusesAnAnswerThatNobodyAskedFor) {
  add("a");
  pipe_.arrive(make_answer(id_of(0) + 1, 3));
  expect_bad_message("sample.Calculator.method 0 response: UNEXPECTED_ANSWER");
  EXPECT_THAT(events_, ElementsAre("a: bad message", "disconnected"));
}

TEST_F(RemoteTest, RefusesASecondAnswer) {
  add("a");
  pipe_.put(make_answer(id_of(0), 3));
  pipe_.put(make_answer(id_of(0), 4));
  pipe_.signal();
  expect_bad_message("UNEXPECTED_ANSWER");
  EXPECT_THAT(events_, ElementsAre("a: 3", "disconnected"));
}

TEST_F(RemoteTest, RefusesAnAnswerThatExpectsAResponse) {
  add("a");
  pipe_.arrive(make_answer(id_of(0), 3, wire::kIsResponse | wire::kExpectsResponse));
  expect_bad_message("sample.Calculator: MESSAGE_HEADER_INVALID_FLAGS");
}

TEST_F(RemoteTest, RefusesARequest) {
  pipe_.arrive(make_request(1, 2, 3));
  expect_bad_message("MESSAGE_HEADER_UNKNOWN_METHOD");
  EXPECT_TRUE(pipe_.sent().empty());
}

TEST_F(RemoteTest, RefusesAnAnswerWhoseValuesAreMissing) {
  add("a");
  add("b");
  wire::MessageHeader header;
  header.flags = wire::kIsResponse;
  header.request_id = id_of(0);
  pipe_.arrive(make_message(header, {}));
  expect_bad_message("sample.Calculator.Add response: UNEXPECTED_STRUCT_HEADER at byte 56");
  EXPECT_THAT(events_, ElementsAre("a: bad message", "b: bad message", "disconnected"));
}

TEST_F(RemoteTest, RefusesAnAnswerToAnotherMethod) {
  add("a");
  pipe_.arrive(make_request(id_of(0), 3, 0, wire::kIsResponse, kAdd + 1));
  expect_bad_message(
      "sample.Calculator.method 1 response: MESSAGE_HEADER_UNKNOWN_METHOD at byte 12");
  EXPECT_THAT(events_, ElementsAre("a: bad message", "disconnected"));
}

TEST_F(RemoteTest, RefusesAMessageWithoutAHeader) {
  pipe_.arrive(wire::Message(Buffer::allocate(0)));
  expect_bad_message("sample.Calculator: ");
}

TEST_F(RemoteTest, HandlesNothingAfterABadMessage) {
  add("a");
  pipe_.put(make_answer(77, 3));
  pipe_.put(make_answer(id_of(0), 3));
  pipe_.signal();
  expect_bad_message("UNEXPECTED_ANSWER");
  EXPECT_EQ(pipe_.num_waiting(), 1U);
}

TEST_F(RemoteTest, IgnoresMessagesForInterfacesItNeverGaveOut) {
  add("a");
  wire::MessageHeader header;
  header.interface_id = 5;
  pipe_.put(make_message(header, {}));
  pipe_.put(make_answer(id_of(0), 3));
  pipe_.signal();
  run();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
}

// ---- the end ------------------------------------------------------------------------------------

TEST_F(RemoteTest, HandlesWhatWasSentThenFailsCallsInOrderThenTellsTheOwner) {
  for (const char* name : {"a", "b", "c", "d"}) add(name);
  pipe_.put(make_answer(id_of(2), 30));
  pipe_.close_peer();
  run();
  EXPECT_THAT(events_, ElementsAre("c: 30", "a: disconnected", "b: disconnected", "d: disconnected",
                                   "disconnected"));
  EXPECT_EQ(reason_->code(), make_error_code(Errc::kDisconnected));
  EXPECT_FALSE(remote_.is_connected());
  EXPECT_TRUE(pipe_.is_closed());

  pipe_.signal();
  add("late");
  EXPECT_EQ(events_.size(), 5U);
  run();
  EXPECT_EQ(events_.size(), 6U);
  EXPECT_EQ(events_.back(), "late: disconnected");
}

TEST_F(RemoteTest, TellsNobodyAfterReset) {
  add("a");
  remote_.reset();
  EXPECT_TRUE(pipe_.is_closed());
  EXPECT_TRUE(events_.empty()) << "not from inside reset";
  run();
  EXPECT_THAT(events_, ElementsAre("a: cancelled"));
}

TEST_F(RemoteTest, MayBeDestroyedFromInsideAnAnswer) {
  remote_->Add(1, 1, [this](error_code, int32_t) {
    events_.emplace_back("reset");
    remote_.reset();
  });
  add("b");
  pipe_.put(make_answer(id_of(0), 2));
  pipe_.put(make_answer(id_of(1), 3));
  pipe_.signal();
  run();
  EXPECT_THAT(events_, ElementsAre("reset", "b: cancelled"));
  EXPECT_EQ(pipe_.num_waiting(), 1U) << "the second answer is not even looked at";
}

TEST_F(RemoteTest, MayBeDestroyedFromInsideItsDisconnectHandler) {
  remote_.set_disconnect_handler([this] {
    remote_.reset();
    events_.emplace_back("disconnected");
  });
  pipe_.close_peer();
  run();
  EXPECT_THAT(events_, ElementsAre("disconnected"));
}

TEST_F(RemoteTest, MayBeBoundAnewFromInsideItsDisconnectHandler) {
  FakePipe next;
  remote_.set_disconnect_handler([&] {
    remote_.bind(PendingRemote<sample::Calculator>(next.take_end()), io_.get_executor());
    add("again");
  });
  pipe_.close_peer();
  run();
  next.arrive(make_answer(next.sent_header(0).request_id, 7));
  run();
  EXPECT_THAT(events_, ElementsAre("again: 7"));
}

TEST_F(RemoteTest, CallsFromInsideAnAnswer) {
  remote_->Add(1, 1, [this](error_code, int32_t) { add("inner"); });
  pipe_.arrive(make_answer(id_of(0), 2));
  run();
  pipe_.arrive(make_answer(id_of(1), 5));
  run();
  EXPECT_THAT(events_, ElementsAre("inner: 5"));
}

TEST_F(RemoteTest, GivesItsEndUpWithWhatWaitsInIt) {
  pipe_.put(make_answer(1, 3));
  PendingRemote<sample::Calculator> pending = remote_.unbind();
  EXPECT_TRUE(pending.is_valid());
  EXPECT_FALSE(pipe_.is_closed());
  pipe_.signal();
  run();
  EXPECT_EQ(pipe_.num_waiting(), 1U) << "nobody listens";
}

}  // namespace
}  // namespace ferrule::test
