// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/receiver.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint32_t kReplyDropped = 0x100;

class ReceiverTest : public ::testing::Test {
 protected:
  ReceiverTest() {
    receiver_.set_disconnect_handler([this](const Error& reason) {
      EXPECT_FALSE(reason_) << "told twice";
      reason_ = reason;
    });
  }

  void run() { run_ready(io_); }
  void arrive(wire::Message message) {
    pipe_.arrive(std::move(message));
    run();
  }
  /// The value in answer number `index`, which is the only one of its struct.
  int32_t sum_in(size_t index) {
    int32_t sum = 0;
    std::memcpy(&sum, pipe_.sent().at(index).buffer().data() + 64, sizeof(sum));
    return sum;
  }
  /// Keeps the replies of all calls that come.
  void keep_replies() {
    calculator_.on_add = [this](int32_t, int32_t, Reply<int32_t> reply) {
      replies_.push_back(std::move(reply));
    };
  }
  void expect_bad_message(const std::string& rule) {
    EXPECT_TRUE(pipe_.is_closed());
    ASSERT_EQ(pipe_.reported().size(), 1U);
    EXPECT_THAT(pipe_.reported()[0], HasSubstr(rule));
    ASSERT_TRUE(reason_);
    EXPECT_EQ(reason_->code(), make_error_code(Errc::kBadMessage));
    EXPECT_FALSE(receiver_.is_connected());
  }

  boost::asio::io_context io_{1};
  FakePipe pipe_;
  TestCalculator calculator_;
  std::optional<Error> reason_;
  std::vector<Reply<int32_t>> replies_;
  Receiver<sample::Calculator> receiver_{
      calculator_, PendingReceiver<sample::Calculator>(pipe_.take_end()), io_.get_executor()};
};

TEST_F(ReceiverTest, AnswersWithTheRequestsIdAndName) {
  arrive(make_request(41, 20, 22));
  ASSERT_EQ(pipe_.sent().size(), 1U);
  const wire::MessageHeader header = pipe_.sent_header(0);
  EXPECT_EQ(header.request_id, 41U);
  EXPECT_EQ(header.name, kAdd);
  EXPECT_EQ(header.flags, uint32_t{wire::kIsResponse});
  EXPECT_EQ(sum_in(0), 42);
}

TEST_F(ReceiverTest, MarksTheAnswerToASynchronousCall) {
  arrive(make_request(1, 1, 1, wire::kExpectsResponse | wire::kIsSync));
  EXPECT_EQ(pipe_.sent_header(0).flags, uint32_t{wire::kIsResponse | wire::kIsSync});
}

TEST_F(ReceiverTest, DispatchesInOrder) {
  std::vector<int32_t> order;
  calculator_.on_add = [&order](int32_t a, int32_t, Reply<int32_t> reply) {
    order.push_back(a);
    reply(0);
  };
  for (uint32_t i = 1; i <= 5; ++i) pipe_.put(make_request(i, i, 0));
  pipe_.signal();
  run();
  EXPECT_THAT(order, ElementsAre(1, 2, 3, 4, 5));
}

// ---- requests that break a rule -----------------------------------------------------------------

TEST_F(ReceiverTest, RefusesAnUnknownMethodThatWantsAnAnswer) {
  arrive(make_request(1, 0, 0, wire::kExpectsResponse, 99));
  expect_bad_message("sample.Calculator.method 99 request: MESSAGE_HEADER_UNKNOWN_METHOD");
  EXPECT_TRUE(pipe_.sent().empty());
}

TEST_F(ReceiverTest, RefusesAnUnknownMethodThatWantsNone) {
  arrive(make_request(0, 0, 0, 0, 99));
  expect_bad_message("sample.Calculator.method 99 request: MESSAGE_HEADER_UNKNOWN_METHOD");
}

TEST_F(ReceiverTest, RefusesARequestWithoutTheFlagThatItsMethodNeeds) {
  arrive(make_request(1, 1, 1, 0));
  expect_bad_message("sample.Calculator.Add request: MESSAGE_HEADER_INVALID_FLAGS");
}

TEST_F(ReceiverTest, RefusesAnAnswer) {
  arrive(make_answer(1, 1));
  expect_bad_message("UNEXPECTED_ANSWER");
}

TEST_F(ReceiverTest, RefusesMissingParameters) {
  wire::MessageHeader header;
  header.flags = wire::kExpectsResponse;
  header.request_id = 1;
  arrive(make_message(header, {}));
  expect_bad_message("sample.Calculator.Add request: UNEXPECTED_STRUCT_HEADER");
}

TEST_F(ReceiverTest, SaysWhichFieldOfWhichMethodIsWrongAndWhere) {
  wire::MessageHeader header;
  header.name = 1;
  arrive(make_message(header, {0xffffffff, 0}));
  expect_bad_message(
      "sample.Calculator.Watch request: field observer: UNEXPECTED_INVALID_HANDLE at byte 64");
}

TEST_F(ReceiverTest, DispatchesNothingAfterABadMessage) {
  int num_calls = 0;
  calculator_.on_add = [&num_calls](int32_t, int32_t, Reply<int32_t> reply) {
    ++num_calls;
    reply(0);
  };
  pipe_.put(make_request(1, 1, 1));
  pipe_.put(make_request(2, 1, 1, 0));
  pipe_.put(make_request(3, 1, 1));
  pipe_.signal();
  run();
  EXPECT_EQ(num_calls, 1);
  expect_bad_message("MESSAGE_HEADER_INVALID_FLAGS");
}

// ---- destruction --------------------------------------------------------------------------------

TEST_F(ReceiverTest, MayBeDestroyedFromInsideACall) {
  calculator_.on_add = [this](int32_t, int32_t, Reply<int32_t> reply) {
    receiver_.reset();
    reply(1);
  };
  pipe_.put(make_request(1, 1, 1));
  pipe_.put(make_request(2, 2, 2));
  pipe_.signal();
  run();
  EXPECT_TRUE(pipe_.is_closed());
  EXPECT_EQ(pipe_.num_waiting(), 1U);
  EXPECT_TRUE(pipe_.sent().empty()) << "the answer has nowhere to go";
  EXPECT_FALSE(reason_);
}

TEST_F(ReceiverTest, MayBeBoundAnewFromInsideACall) {
  FakePipe next;
  calculator_.on_add = [&](int32_t a, int32_t, Reply<int32_t> reply) {
    if (a == 1) {
      receiver_.bind(PendingReceiver<sample::Calculator>(next.take_end()), io_.get_executor());
    }
    reply(a);
  };
  pipe_.put(make_request(1, 1, 0));
  pipe_.put(make_request(2, 2, 0));
  pipe_.signal();
  run();
  EXPECT_TRUE(pipe_.sent().empty());
  next.arrive(make_request(9, 3, 0));
  run();
  EXPECT_EQ(next.sent_header(0).request_id, 9U);
}

TEST_F(ReceiverTest, TellsOnceAfterTheLastCall) {
  int num_calls = 0;
  calculator_.on_add = [&](int32_t, int32_t, Reply<int32_t> reply) {
    EXPECT_FALSE(reason_);
    ++num_calls;
    reply(0);
  };
  for (uint32_t i = 1; i <= 3; ++i) pipe_.put(make_request(i, 0, 0));
  pipe_.close_peer();
  pipe_.signal();
  run();
  EXPECT_EQ(num_calls, 3);
  ASSERT_TRUE(reason_);
  EXPECT_EQ(reason_->code(), make_error_code(Errc::kDisconnected));
  EXPECT_TRUE(pipe_.is_closed());
}

TEST_F(ReceiverTest, HandsCallsThatWaitToWhoBindsTheEndNext) {
  pipe_.put(make_request(1, 4, 5));
  PendingReceiver<sample::Calculator> pending = receiver_.unbind();
  EXPECT_FALSE(receiver_.is_bound());
  pipe_.signal();
  run();
  EXPECT_TRUE(pipe_.sent().empty());

  boost::asio::io_context other_io{1};
  TestCalculator other;
  const Receiver<sample::Calculator> next(other, std::move(pending), other_io.get_executor());
  run();
  EXPECT_TRUE(pipe_.sent().empty()) << "that is the other executor's business";
  run_ready(other_io);
  EXPECT_EQ(sum_in(0), 9);
}

// ---- replies ------------------------------------------------------------------------------------

TEST_F(ReceiverTest, AcceptsAReplyLater) {
  keep_replies();
  arrive(make_request(1, 0, 0));
  arrive(make_request(2, 0, 0));
  EXPECT_TRUE(pipe_.sent().empty());
  EXPECT_TRUE(replies_[1]);
  replies_[1](22);
  EXPECT_FALSE(replies_[1]);
  replies_[0](11);
  EXPECT_EQ(pipe_.sent_header(0).request_id, 2U);
  EXPECT_EQ(sum_in(0), 22);
  EXPECT_EQ(pipe_.sent_header(1).request_id, 1U);
  EXPECT_EQ(sum_in(1), 11);
}

TEST_F(ReceiverTest, SaysThatAReplyWasDropped) {
  calculator_.on_add = [](int32_t, int32_t, Reply<int32_t>) {};
  arrive(make_request(5, 0, 0));
  ASSERT_EQ(pipe_.sent().size(), 1U);
  EXPECT_EQ(pipe_.sent_header(0).flags, wire::kIsResponse | kReplyDropped);
  EXPECT_EQ(pipe_.sent_header(0).request_id, 5U);
}

TEST_F(ReceiverTest, OwesAReplyOnceHoweverOftenItMoves) {
  keep_replies();
  arrive(make_request(5, 0, 0));
  {
    Reply<int32_t> first = std::move(replies_[0]);
    EXPECT_FALSE(replies_[0]);
    Reply<int32_t> second(std::move(first));
    replies_.clear();
    EXPECT_TRUE(pipe_.sent().empty()) << "nothing is owed by one that was moved from";
    second(1);
  }
  ASSERT_EQ(pipe_.sent().size(), 1U);
  EXPECT_EQ(pipe_.sent_header(0).flags, uint32_t{wire::kIsResponse});
}

TEST_F(ReceiverTest, DropsAReplyThatIsOverwritten) {
  keep_replies();
  arrive(make_request(1, 0, 0));
  arrive(make_request(2, 0, 0));
  replies_[0] = std::move(replies_[1]);
  ASSERT_EQ(pipe_.sent().size(), 1U);
  EXPECT_EQ(pipe_.sent_header(0).request_id, 1U);
  EXPECT_EQ(pipe_.sent_header(0).flags, wire::kIsResponse | kReplyDropped);
  replies_[0](2);
  EXPECT_EQ(pipe_.sent_header(1).request_id, 2U);
}

TEST_F(ReceiverTest, DropsAReplyThatCannotBeSent) {
  keep_replies();
  arrive(make_request(1, 0, 0));
  pipe_.fail_next_send(Error(Errc::kMessageTooLarge, "no"));
  replies_[0](1);
  ASSERT_EQ(pipe_.sent().size(), 1U);
  EXPECT_EQ(pipe_.sent_header(0).flags, wire::kIsResponse | kReplyDropped);
}

TEST_F(ReceiverTest, ForgetsRepliesOfAPipeThatIsGone) {
  keep_replies();
  arrive(make_request(1, 0, 0));
  arrive(make_request(2, 0, 0));
  pipe_.close_peer();
  run();
  replies_[0](1);
  replies_.clear();
  EXPECT_TRUE(pipe_.sent().empty());
}

TEST_F(ReceiverTest, ForgetsRepliesThatOutliveTheReceiver) {
  keep_replies();
  arrive(make_request(1, 0, 0));
  receiver_.reset();
  replies_[0](1);
  EXPECT_TRUE(pipe_.sent().empty());
}

}  // namespace
}  // namespace ferrule::test
