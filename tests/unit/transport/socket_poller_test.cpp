// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/socket_poller.h"

#include <fcntl.h>
#include <thread>

#include "transport_fixture.h"

namespace ferrule::transport {
namespace {

/// The left end's executor stands still; the poller moves what is in its socket.
class SocketPollerTest : public testing::Test {
 protected:
  SocketPollerTest() {
    platform::WakeEvent event = platform::WakeEvent::create().value();
    event_ = UniqueFd(::fcntl(event.fd().get(), F_DUPFD_CLOEXEC, 0));
    poller_ = std::make_shared<SocketPoller>(std::move(event));
    auto pair = platform::make_socket_pair().value();
    SocketOptions options;
    options.poller = poller_;
    left_ =
        std::make_unique<SocketTransport>(context_.get_executor(), std::move(pair.first), options);
    right_ = std::make_unique<SocketTransport>(context_.get_executor(), std::move(pair.second),
                                               SocketOptions());
    left_->start(heard_);
    right_->start(right_heard_);
  }

  bool is_event_set() {
    std::vector<platform::PollItem> items{{&event_}};
    EXPECT_TRUE(platform::poll(items, std::chrono::steady_clock::now()).ok());
    return items.front().is_ready;
  }

  boost::asio::io_context context_;
  UniqueFd event_;
  std::shared_ptr<SocketPoller> poller_;
  Recorder heard_;
  Recorder right_heard_;
  std::unique_ptr<SocketTransport> left_;
  std::unique_ptr<SocketTransport> right_;
};

TEST_F(SocketPollerTest, DeliversWhatArrivedWithoutTheExecutor) {
  right_->send(make_frame("text"));
  poller_->wait(std::nullopt);
  ASSERT_EQ(heard_.frames.size(), 1U);
  EXPECT_EQ(to_text(heard_.frames[0].body), "text");
}

TEST_F(SocketPollerTest, AWakeBeforeAWaitEndsIt) {
  poller_->wake();
  EXPECT_TRUE(is_event_set());
  poller_->wait(std::nullopt);
  EXPECT_FALSE(is_event_set()) << "once";
}

TEST_F(SocketPollerTest, AWakeOfWhatIsDeliveredNeedsNoEvent) {
  heard_.on_each = [this](const Recorder::Received&) { poller_->wake(); };
  right_->send(make_frame("text"));
  poller_->wait(std::nullopt);
  EXPECT_EQ(heard_.frames.size(), 1U);
  EXPECT_FALSE(is_event_set());
  poller_->wake();
  EXPECT_TRUE(is_event_set()) << "afterwards it does again";
}

TEST_F(SocketPollerTest, AWakeByAnotherThreadWhileSomethingIsDeliveredIsKept) {
  heard_.on_each = [this](const Recorder::Received&) {
    std::thread([this] { poller_->wake(); }).join();
  };
  right_->send(make_frame("text"));
  poller_->wait(std::nullopt);
  EXPECT_TRUE(is_event_set());
  poller_->wait(std::nullopt);
}

TEST_F(SocketPollerTest, AfterAWaitInsideADeliveryTheDeliveryGoesOnWithoutEvents) {
  heard_.on_each = [this](const Recorder::Received&) {
    poller_->wait(std::chrono::steady_clock::now());
    poller_->wake();
  };
  right_->send(make_frame("text"));
  poller_->wait(std::nullopt);
  EXPECT_FALSE(is_event_set());
}

}  // namespace
}  // namespace ferrule::transport
