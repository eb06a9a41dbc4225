// SPDX-License-Identifier: Apache-2.0
//
// Each object is destroyed inside each of its callbacks, by name. (lifetime_test.cpp does the same
// at random.) Nothing calls it afterwards, and calls under way end once.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include "ferrule/bindings/associated_receiver.h"
#include "ferrule/bindings/associated_remote.h"
#include "ferrule/bindings/bound_message_pipe.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/shared_remote.h"
#include "ferrule/bindings/testing/test_pipes.h"
#include "ferrule/bindings/testing/virtual_clock.h"

#include "ping.idl.h"
#include "support/io_loop.h"

namespace ferrule::test {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;

class HookedPing final : public Ping {
 public:
  std::function<void()> on_note = [] {};
  std::vector<Reply<>> kept;
  std::function<void(Reply<>)> on_hang = [this](Reply<> reply) {
    kept.push_back(std::move(reply));
  };
  AssociatedReceiver<Ping>* beside = nullptr;
  boost::asio::any_io_executor executor;

 private:
  void Note(int32_t /*number*/) override {
    const auto call = on_note;
    call();
  }
  void Hang(Reply<> reply) override {
    const auto call = on_hang;
    call(std::move(reply));
  }
  void OpenBeside(PendingAssociatedReceiver<Ping> pending) override {
    beside->bind(std::move(pending), executor);
  }
  void Nothing(Reply<> reply) override { reply(); }
  void SetOther(PendingRemote<Ping> /*other*/) override {}
  void Descend(int32_t /*depth*/, Reply<int32_t> /*reply*/) override {}
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override { reply(a + b); }
  void Both(int32_t /*a*/, std::string /*b*/, Reply<int32_t, std::string> /*reply*/) override {}
  void Chatter(int32_t /*num_notes*/, Reply<> /*reply*/) override {}
  void Leave(Reply<> /*reply*/) override {}
};

class DestroyedInsideTest : public ::testing::Test {
 protected:
  DestroyedInsideTest() {
    auto pipe = make_pipe<Ping>(pipes_);
    remote_.emplace(std::move(pipe.remote), executor());
    receiver_.emplace(service_, std::move(pipe.receiver), executor());
    service_.executor = executor();
    service_.beside = &*beside_receiver_;
  }
  boost::asio::any_io_executor executor() { return io_.get_executor(); }
  void run() {
    run_ready(io_);
    clock_->advance(std::chrono::hours(1));
    run_ready(io_);
  }
  /// What a callback does: destroys this, once, and is never called again.
  template <class Object>
  auto destroy(std::optional<Object>& object) {
    return [this, &object](auto&&...) {
      EXPECT_TRUE(object.has_value()) << "called after it was destroyed";
      object.reset();
      ++num_destroyed_;
    };
  }
  /// Other callbacks of the same object, which are not to come but for calls that end.
  auto note_end() {
    return [this](error_code error, auto&&...) {
      EXPECT_EQ(error, Errc::kCancelled);
      ++num_ends_;
    };
  }
  void open_beside() {
    beside_.emplace();
    (*remote_)->OpenBeside(beside_->bind_new(executor()));
    run_ready(io_);
  }

  boost::asio::io_context io_{1};
  std::shared_ptr<ferrule::testing::VirtualClock> clock_ =
      ferrule::testing::VirtualClock::install(io_);
  ferrule::testing::TestPipes pipes_;
  HookedPing service_;
  std::optional<AssociatedRemote<Ping>> beside_;
  std::optional<AssociatedReceiver<Ping>> beside_receiver_{service_};
  std::optional<Remote<Ping>> remote_;
  std::optional<Receiver<Ping>> receiver_;
  int num_destroyed_ = 0;
  int num_ends_ = 0;
};

TEST_F(DestroyedInsideTest, ARemoteInsideACompletion) {
  (*remote_)->Nothing(destroy(remote_));
  (*remote_)->Hang(note_end());
  (*remote_)->Hang(note_end());
  remote_->set_disconnect_handler([] { ADD_FAILURE(); });
  run();
  EXPECT_EQ(num_destroyed_, 1);
  EXPECT_EQ(num_ends_, 2);
}

TEST_F(DestroyedInsideTest, ARemoteInsideItsDisconnectHandler) {
  remote_->set_disconnect_handler(destroy(remote_));
  remote_->set_idle_handler(std::chrono::seconds(1), [] { ADD_FAILURE(); });
  receiver_.reset();
  run();
  EXPECT_EQ(num_destroyed_, 1);
}

TEST_F(DestroyedInsideTest, ARemoteInsideTheCompletionOfALostCall) {
  service_.on_hang = [this](Reply<>) { receiver_.reset(); };
  (*remote_)->Hang(destroy(remote_));
  remote_->set_disconnect_handler([] { ADD_FAILURE() << "called after it was destroyed"; });
  run();
  EXPECT_EQ(num_destroyed_, 1);
}

TEST_F(DestroyedInsideTest, ARemoteInsideItsOtherCompletions) {
  const std::function<void()> begin[] = {
      [this] { remote_->flush(destroy(remote_)); },
      [this] { remote_->query_version(destroy(remote_)); },
      [this] { remote_->async_wait_writable(destroy(remote_)); },
      [this] { remote_->set_idle_handler(std::chrono::seconds(1), destroy(remote_)); },
      [this] { remote_->with_timeout(std::chrono::seconds(1))->Hang(destroy(remote_)); }};
  int expected = 0;
  for (const auto& each : begin) {
    auto pipe = make_pipe<Ping>(pipes_);
    remote_.emplace(std::move(pipe.remote), executor());
    receiver_.emplace(service_, std::move(pipe.receiver), executor());
    each();
    run();
    EXPECT_EQ(num_destroyed_, ++expected);
  }
}

TEST_F(DestroyedInsideTest, AReceiverInsideItsCallbacks) {
  service_.on_note = destroy(receiver_);
  (*remote_)->Note(1);
  (*remote_)->Note(2);  // not handled: there is nobody
  run();
  EXPECT_EQ(num_destroyed_, 1);

  auto pipe = make_pipe<Ping>(pipes_);
  receiver_.emplace(service_, std::move(pipe.receiver), executor());
  receiver_->set_disconnect_handler(destroy(receiver_));
  pipe.remote.reset();
  run();
  EXPECT_EQ(num_destroyed_, 2);

  pipe = make_pipe<Ping>(pipes_);
  receiver_.emplace(service_, std::move(pipe.receiver), executor());
  remote_.emplace(std::move(pipe.remote), executor());
  receiver_->flush(destroy(receiver_));
  run();
  EXPECT_EQ(num_destroyed_, 3);
}

TEST_F(DestroyedInsideTest, AReceiverWhenACallIsGivenUp) {
  Reply<> kept;
  service_.on_hang = [&](Reply<> reply) {
    reply.on_cancel(destroy(receiver_));
    kept = std::move(reply);
  };
  remote_->with_timeout(std::chrono::seconds(1))->Hang([](error_code error) {
    EXPECT_EQ(error, Errc::kTimedOut);
  });
  run();
  run();
  EXPECT_EQ(num_destroyed_, 1);
}

TEST_F(DestroyedInsideTest, AssociatedEndsInsideTheirCallbacks) {
  open_beside();
  (*beside_)->Nothing(destroy(beside_));
  (*beside_)->Hang(note_end());
  run();
  EXPECT_EQ(num_destroyed_, 1);
  EXPECT_EQ(num_ends_, 1);

  open_beside();
  beside_->set_disconnect_handler(destroy(beside_));
  beside_receiver_->reset();
  run();
  EXPECT_EQ(num_destroyed_, 2);

  open_beside();
  (*beside_)->Note(1);
  service_.on_note = destroy(beside_receiver_);
  run();
  EXPECT_EQ(num_destroyed_, 3);

  beside_receiver_.emplace(service_);
  open_beside();
  beside_receiver_->set_disconnect_handler(destroy(beside_receiver_));
  beside_.reset();
  run();
  EXPECT_EQ(num_destroyed_, 4);
  EXPECT_TRUE(remote_->is_connected()) << "the pipe goes on";
}

TEST_F(DestroyedInsideTest, ThePipeInsideACallOfAnAssociatedEnd) {
  open_beside();
  service_.on_note = destroy(receiver_);
  (*beside_)->Note(1);
  (*beside_)->Hang([this](error_code error) {
    EXPECT_EQ(error, Errc::kDisconnected);
    ++num_ends_;
  });
  run();
  EXPECT_EQ(num_destroyed_, 1);
  EXPECT_EQ(num_ends_, 1);
}

TEST_F(DestroyedInsideTest, ASharedRemoteInsideItsCompletion) {
  std::optional<SharedRemote<Ping>> shared(std::in_place, remote_->unbind(), executor());
  (*shared)->Nothing(destroy(shared));
  (*shared)->Hang([this](error_code) { ++num_ends_; });
  run();
  EXPECT_EQ(num_destroyed_, 1);
  EXPECT_EQ(num_ends_, 1);
}

TEST_F(DestroyedInsideTest, ABoundMessagePipeInsideItsCompletions) {
  auto [first, second] = pipes_.make_pipe_ends();
  std::optional<BoundMessagePipe> pipe(std::in_place, MessagePipe(std::move(first)), executor());
  pipe->async_wait_writable(destroy(pipe));
  run();
  EXPECT_EQ(num_destroyed_, 1);

  auto [third, fourth] = pipes_.make_pipe_ends();
  pipe.emplace(MessagePipe(std::move(third)), executor());
  pipe->async_read(destroy(pipe));
  fourth.reset();
  run();
  EXPECT_EQ(num_destroyed_, 2);
}

TEST_F(DestroyedInsideTest, ARemoteInACoroutineWhileOthersWaitForIt) {
  const auto wait = [this]() -> awaitable<void> {
    error_code error;
    co_await (*remote_)->Hang(boost::asio::redirect_error(use_awaitable, error));
    EXPECT_EQ(error, Errc::kCancelled);
    ++num_ends_;
  };
  const auto destroy_it = [this]() -> awaitable<void> {
    co_await (*remote_)->Nothing(use_awaitable);
    destroy(remote_)();
  };
  for (int i = 0; i < 2; ++i) boost::asio::co_spawn(io_, wait, boost::asio::detached);
  boost::asio::co_spawn(io_, destroy_it, boost::asio::detached);
  run();
  EXPECT_EQ(num_destroyed_, 1);
  EXPECT_EQ(num_ends_, 2);
}

}  // namespace
}  // namespace ferrule::test
