// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/loopback_transport.h"

#include <thread>

#include "transport_fixture.h"

namespace ferrule::transport {
namespace {

class LoopbackTransportTest : public testing::Test {
 protected:
  void SetUp() override {
    left_->start(left_heard_);
    right_->start(right_heard_);
  }

  LoopbackTransport::Ends ends_ = LoopbackTransport::make_pair();
  std::unique_ptr<LoopbackTransport>& left_ = ends_.first;
  std::unique_ptr<LoopbackTransport>& right_ = ends_.second;
  Recorder left_heard_;
  Recorder right_heard_;
};

TEST_F(LoopbackTransportTest, DeliversWhenTheTestSaysSo) {
  for (int i = 0; i < 5; ++i) left_->send(make_frame(std::to_string(i)));
  EXPECT_TRUE(right_heard_.frames.empty());
  EXPECT_EQ(right_->num_waiting(), 5U);
  EXPECT_EQ(right_->deliver(2), 2U);
  EXPECT_EQ(right_->deliver(), 3U);
  EXPECT_EQ(right_->deliver(), 0U);
  EXPECT_EQ(right_heard_.batches, (std::vector<size_t>{2, 5}));
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(to_text(right_heard_.frames[i].body), std::to_string(i));
}

TEST_F(LoopbackTransportTest, JoinsBodyDeferredCopiesAndTail) {
  std::vector<uint8_t> source(1000, 's');
  Frame frame = make_frame(std::string(1100, 'b'));
  frame.body.defer_copy(50, source);
  frame.tail.assign(10, 't');
  left_->send(std::move(frame));
  source.assign(1000, 'x');  // borrowed for the call only
  right_->deliver();
  EXPECT_EQ(to_text(right_heard_.frames[0].body), std::string(50, 'b') + std::string(1000, 's') +
                                                      std::string(50, 'b') + std::string(10, 't'));
}

TEST_F(LoopbackTransportTest, AllThatWasSentComesBeforeTheEnd) {
  left_->send(make_frame("last"));
  left_->close();
  right_->deliver();
  EXPECT_EQ(right_heard_.frames.size(), 1U);
  EXPECT_EQ(right_heard_.closed->code(), make_error_code(Errc::kDisconnected));
  right_->deliver();
  EXPECT_EQ(right_heard_.num_closed, 1U);
  EXPECT_EQ(left_heard_.num_closed, 0U);
}

TEST_F(LoopbackTransportTest, NothingIsDeliveredAfterClose) {
  left_->send(make_frame("late"));
  right_->close();
  EXPECT_EQ(right_->deliver(), 0U);
  left_->send(make_frame("later"));
  left_->deliver();
  EXPECT_EQ(left_heard_.num_closed, 1U);
  EXPECT_TRUE(right_heard_.frames.empty());
}

TEST_F(LoopbackTransportTest, AbortReportsItsReasonOnThisSide) {
  left_->abort(Error(Errc::kBadMessage, "FIRST"));
  left_->abort(Error(Errc::kBadMessage, "SECOND"));
  left_->deliver();
  right_->deliver();
  EXPECT_EQ(left_heard_.closed->message(), "FIRST");
  EXPECT_EQ(left_heard_.num_closed, 1U);
  EXPECT_EQ(right_heard_.closed->code(), make_error_code(Errc::kDisconnected));
}

TEST_F(LoopbackTransportTest, MayBeDestroyedFromInsideItsListener) {
  right_heard_.on_each = [this](Recorder::Received&) { right_.reset(); };
  left_->send(make_frame("one"));
  left_->send(make_frame("two"));
  right_->deliver();
  EXPECT_EQ(right_heard_.frames.size(), 1U);
  EXPECT_TRUE(right_heard_.batches.empty());
}

TEST(LoopbackTransportOnExecutorTest, DeliversThere) {
  boost::asio::io_context context;
  auto [left, right] = LoopbackTransport::make_pair(context.get_executor(), context.get_executor());
  Recorder left_heard;
  Recorder right_heard;
  left->send(make_frame("before the start"));
  left->start(left_heard);
  right->start(right_heard);
  right_heard.on_each = [&, &end = right](Recorder::Received&) { end->send(make_frame("back")); };
  std::thread([&, &end = left] { end->send(make_frame("from elsewhere")); }).join();
  context.run();
  EXPECT_EQ(right_heard.frames.size(), 2U);
  EXPECT_EQ(left_heard.frames.size(), 2U);
  left.reset();
  context.restart();
  context.run();
  EXPECT_EQ(right_heard.num_closed, 1U);
}

}  // namespace
}  // namespace ferrule::transport
