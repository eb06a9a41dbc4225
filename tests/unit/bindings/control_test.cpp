// SPDX-License-Identifier: Apache-2.0
//
// What ends of pipes say to each other besides calls; what a call does that is cancelled or
// answered by a coroutine.
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/wire/control_message.h"
#include "ferrule/bindings/co_answer.h"
#include "ferrule/bindings/control_proxy.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/interface_control.idl.h"

#include "support/io_loop.h"
#include "unit/bindings/connected_fixture.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using ControlTest = ConnectedFixture;

// ---- versions, flush ----------------------------------------------------------------------------

TEST_F(ControlTest, AnswersWithItsVersion) {
  std::optional<uint32_t> version;
  remote_.query_version([&](error_code error, uint32_t answer) {
    EXPECT_FALSE(error);
    version = answer;
  });
  exchange();
  EXPECT_EQ(version, sample::Calculator::kInterfaceVersion);
}

TEST_F(ControlTest, ClosesAPipeThatRequiresANewerVersion) {
  remote_.require_version(sample::Calculator::kInterfaceVersion);
  exchange();
  EXPECT_TRUE(receiver_.is_connected());
  remote_.require_version(sample::Calculator::kInterfaceVersion + 1);
  remote_->Add(1, 2, record("a"));
  calculator_.on_add = [&](int32_t, int32_t, Reply<int32_t>) { ADD_FAILURE(); };
  exchange();
  EXPECT_FALSE(receiver_.is_connected());
  ASSERT_TRUE(reason_);
  EXPECT_EQ(reason_->code(), make_error_code(Errc::kDisconnected));
  EXPECT_THAT(reason_->message(), HasSubstr("requires version 1 of sample.Calculator"));
  EXPECT_THAT(here_.reported(), IsEmpty()) << "being older is no crime";
}

TEST_F(ControlTest, FlushIsAnsweredBehindWhatCameBefore) {
  calculator_.on_add = [&](int32_t, int32_t, Reply<int32_t> reply) {
    events_.emplace_back("called");
    reply(0);
  };
  remote_->Add(1, 2, record("a"));
  remote_.flush([&](error_code error) {
    EXPECT_FALSE(error);
    events_.emplace_back("flushed");
  });
  exchange();
  EXPECT_THAT(events_, ElementsAre("called", "a: 0", "flushed"));
}

TEST_F(ControlTest, AReceiverFlushesToo) {
  bool is_flushed = false;
  receiver_.flush([&](error_code error) { is_flushed = !error; });
  exchange();
  EXPECT_TRUE(is_flushed);
}

TEST_F(ControlTest, AFlushFailsWithThePipe) {
  std::optional<error_code> result;
  remote_.flush([&](error_code error) { result = error; });
  there_.close_peer();
  run_ready(io_);
  EXPECT_EQ(result, make_error_code(Errc::kDisconnected));
}

TEST_F(ControlTest, RefusesOrdersItDoesNotKnow) {
  using Input = interface_control::RunOrClosePipeInput;
  // A service is told nothing about the idleness of who calls it.
  here_.arrive(
      wire::make_message(wire::control_header(wire::MessageKind::kRunOrClosePipe, 0),
                         interface_control::RunOrClosePipeParams{Input::make_notify_idle({})})
          .value());
  run_ready(io_);
  ASSERT_THAT(here_.reported(), SizeIs(1));
  EXPECT_THAT(here_.reported()[0], HasSubstr("MESSAGE_HEADER_UNKNOWN_METHOD"));
}

TEST_F(ControlTest, RefusesAnAnswerWithoutAVersion) {
  std::optional<error_code> result;
  remote_.query_version([&](error_code error, uint32_t) { result = error; });
  run_ready(io_);
  const auto header = wire::control_answer_header(there_.sent_header(0));
  there_.arrive(wire::make_message(header, interface_control::RunResponseParams()).value());
  run_ready(io_);
  EXPECT_EQ(result, make_error_code(Errc::kBadMessage));
  EXPECT_THAT(there_.reported(), SizeIs(1));
}

// ---- bad messages in the application's eyes -----------------------------------------------------

TEST_F(ControlTest, AReplyReportsABadMessageInsideTheCall) {
  calculator_.on_add = [](int32_t, int32_t, Reply<int32_t> reply) {
    reply.report_bad_message("a is too small");
    EXPECT_FALSE(reply);
  };
  remote_->Add(1, 2, record("a"));
  exchange();
  ASSERT_THAT(here_.reported(), SizeIs(1));
  EXPECT_THAT(here_.reported()[0], HasSubstr("sample.Calculator: a is too small"));
  ASSERT_TRUE(reason_);
  EXPECT_EQ(reason_->code(), make_error_code(Errc::kBadMessage));
}

TEST_F(ControlTest, AReplyReportsABadMessageLater) {
  Reply<int32_t> kept;
  calculator_.on_add = [&](int32_t, int32_t, Reply<int32_t> reply) { kept = std::move(reply); };
  remote_->Add(1, 2, record("a"));
  exchange();
  EXPECT_THAT(here_.reported(), IsEmpty());
  kept.report_bad_message("thought about it");
  EXPECT_THAT(here_.reported(), SizeIs(1));
}

TEST_F(ControlTest, AnEndReportsABadMessageAndIsDestroyedInItsHandler) {
  std::optional<Receiver<sample::Calculator>> receiver(std::move(receiver_));
  receiver->set_disconnect_handler([&] { receiver.reset(); });
  receiver->report_bad_message("no");
  run_ready(io_);
  EXPECT_FALSE(receiver);
  EXPECT_THAT(here_.reported(), SizeIs(1));
}

// ---- cancellation -------------------------------------------------------------------------------

TEST_F(ControlTest, ACancelledCallCompletesOnceAndItsAnswerIsDropped) {
  boost::asio::cancellation_signal signal;
  remote_->Add(1, 2, boost::asio::bind_cancellation_slot(signal.slot(), record("a")));
  remote_->Add(3, 4, record("b"));
  signal.emit(boost::asio::cancellation_type::terminal);
  EXPECT_THAT(events_, IsEmpty()) << "never from inside";
  run_ready(io_);
  EXPECT_THAT(events_, ElementsAre("a: cancelled"));
  signal.emit(boost::asio::cancellation_type::terminal);
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: cancelled", "b: 7"));
  EXPECT_THAT(there_.reported(), IsEmpty());
}

TEST_F(ControlTest, CancellingAnAnsweredCallDoesNothing) {
  boost::asio::cancellation_signal signal;
  remote_->Add(1, 2, boost::asio::bind_cancellation_slot(signal.slot(), record("a")));
  exchange();
  signal.emit(boost::asio::cancellation_type::terminal);
  run_ready(io_);
  EXPECT_THAT(events_, ElementsAre("a: 3"));
}

TEST_F(ControlTest, CancellingAfterTheRemoteIsGoneDoesNothing) {
  boost::asio::cancellation_signal signal;
  remote_->Add(1, 2, boost::asio::bind_cancellation_slot(signal.slot(), record("a")));
  remote_.reset();
  signal.emit(boost::asio::cancellation_type::terminal);
  run_ready(io_);
  EXPECT_THAT(events_, ElementsAre("a: cancelled"));
}

// ---- coroutines ---------------------------------------------------------------------------------

TEST_F(ControlTest, ACoroutineAnswers) {
  calculator_.on_add = [this](int32_t a, int32_t b, Reply<int32_t> reply) {
    co_answer(
        io_.get_executor(), std::move(reply),
        [](int32_t x, int32_t y) -> boost::asio::awaitable<int32_t> { co_return x + y; }(a, b));
  };
  remote_->Add(1, 2, record("a"));
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: 3"));
}

TEST_F(ControlTest, ACoroutineThatThrowsDropsTheReply) {
  calculator_.on_add = [this](int32_t, int32_t, Reply<int32_t> reply) {
    co_answer(io_.get_executor(), std::move(reply), []() -> boost::asio::awaitable<int32_t> {
      throw std::runtime_error("no");
      co_return 0;
    }());
  };
  remote_->Add(1, 2, record("a"));
  exchange();
  EXPECT_THAT(events_, ElementsAre("a: the service dropped the reply"));
  EXPECT_TRUE(receiver_.is_connected());
}

TEST_F(ControlTest, TheReceiverMayBeDestroyedWhileACoroutineWaits) {
  boost::asio::steady_timer never(io_, boost::asio::steady_timer::time_point::max());
  calculator_.on_add = [&](int32_t, int32_t, Reply<int32_t> reply) {
    co_answer(io_.get_executor(), std::move(reply),
              [](auto& timer) -> boost::asio::awaitable<int32_t> {
                co_await timer.async_wait(boost::asio::use_awaitable);
                co_return 1;
              }(never));
  };
  remote_->Add(1, 2, record("a"));
  exchange();
  receiver_.reset();
  never.cancel();
  run_ready(io_);
  EXPECT_THAT(events_, IsEmpty());
  there_.close_peer();
  run_ready(io_);
  EXPECT_THAT(events_, ElementsAre("a: disconnected"));
}

}  // namespace
}  // namespace ferrule::test
