// SPDX-License-Identifier: Apache-2.0
// An end of a pipe that travels through a row of real processes, some of which are killed.
#include <algorithm>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/service/runtime.h"

#include "support/io_loop.h"
#include "support/pipe_user.h"

namespace ferrule::test {
namespace {

using Pipe = std::unique_ptr<wire::PipeEnd>;

/// This process is A; B, C and D follow, each launched by the one before it. One end of a pipe
/// stays here, the other travels.
class TravelTest : public ::testing::Test {
 protected:
  /// "nnp" is to B, to C, and back to B.
  void set_out(const std::string& way, size_t num_texts_at_a_stop) {
    runtime_.emplace(io_.get_executor());
    runtime_->allow_introductions();
    auto child = runtime_->launch({.program = FERRULE_TRAVEL_PROGRAM,
                                   .arguments = {"2", std::to_string(num_texts_at_a_stop)}});
    ASSERT_TRUE(child.ok()) << child.error().message();
    child_.emplace(std::move(*child));
    courier_ = PipeUser::hold(io_.get_executor(), child_->connection().request_pipe("courier"),
                              {.on_message = [this](const std::string& text,
                                                    Pipe end) { on_courier(text, std::move(end)); },
                               .on_closed = {},
                               .on_writable = {}});
    auto [stays, travels] = runtime_->make_pipe_ends();
    courier_->send(way.substr(1), std::move(travels));
    end_ = PipeUser::hold(io_.get_executor(), std::move(stays),
                          {.on_message = [this](const std::string& text, Pipe) { on_text(text); },
                           .on_closed = [this] { is_closed_ = true; },
                           .on_writable = [this] { send_more(); }});
  }

  void on_courier(const std::string& text, Pipe end) {
    if (text.starts_with("=")) {
      num_ports_ = std::stoul(text.substr(1));
    } else {
      courier_->send(text.substr(1), std::move(end));
    }
  }

  /// Until B and C have their two couriers each, and D one and the end: no proxy.
  void wait_until_settled() {
    do {
      num_ports_.reset();
      courier_->send("?");
      run_until(io_, [this] { return num_ports_.has_value(); });
    } while (num_ports_ != 6U);
  }

  /// Sends up to the text with this number, and waits for all of them to come back.
  bool talk_until(size_t number) {
    last_to_send_ = number;
    send_more();
    run_until(io_, [this] { return is_closed_ || num_received_ == last_to_send_; });
    return !is_closed_;
  }

  /// A few at a time, so that there are always some on their way and never all.
  void send_more() {
    while (num_sent_ < last_to_send_ && num_sent_ < num_received_ + 1000 && end_->is_writable()) {
      end_->send(std::to_string(num_sent_++));
    }
  }
  void on_text(const std::string& text) {
    if (text.starts_with("at ")) {
      const pid_t stop = std::stoi(text.substr(3));
      if (std::find(stops_.begin(), stops_.end(), stop) == stops_.end()) stops_.push_back(stop);
      return;
    }
    if (text != std::to_string(num_received_)) {
      ADD_FAILURE() << "got " << text << " instead of " << num_received_;
      is_closed_ = true;
    }
    ++num_received_;
    if (on_text_) on_text_();
    send_more();
  }

  boost::asio::io_context io_;
  std::optional<Runtime> runtime_;
  std::optional<ChildProcess> child_;
  std::shared_ptr<PipeUser> courier_;
  std::shared_ptr<PipeUser> end_;
  std::vector<pid_t> stops_;  // B, C and D, in the order in which the end came there first
  std::function<void()> on_text_;
  std::optional<size_t> num_ports_;
  size_t last_to_send_ = 0;
  size_t num_sent_ = 0;
  size_t num_received_ = 0;
  bool is_closed_ = false;
};

TEST_F(TravelTest, ThereAndBackAndThereAgainAndThenThoseBetweenAreKilled) {
  // 12,500 texts at each of 7 stops, then D has the end for good.
  set_out("nnnpppnnn", 12500);
  ASSERT_TRUE(talk_until(100000));
  ASSERT_EQ(stops_.size(), 3U);
  wait_until_settled();
  EXPECT_EQ(::kill(stops_[1], SIGKILL), 0);
  EXPECT_TRUE(talk_until(101000));
  EXPECT_EQ(::kill(stops_[0], SIGKILL), 0);
  EXPECT_TRUE(talk_until(102000));
}

TEST_F(TravelTest, WhoeverIsKilledWhenever) {
  // What came until then came in order; then the other end is gone, or it still answers. Never do
  // we wait for ever.
  std::mt19937 random(20);  // NOLINT: the same each time
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE(round);
    num_sent_ = num_received_ = 0;
    is_closed_ = false;
    stops_.clear();
    const size_t when = random() % 6000;
    const size_t who = random() % 3;
    on_text_ = [&] {
      if (num_received_ == when && who < stops_.size()) ::kill(stops_[who], SIGKILL);
    };
    set_out("nnnpppnnn", 500);
    talk_until(7000);
    EXPECT_TRUE(is_closed_ || num_received_ == 7000U);
    end_->release();
    courier_->release();
    child_.reset();
    runtime_.reset();
    run_ready(io_);
  }
}

}  // namespace
}  // namespace ferrule::test
