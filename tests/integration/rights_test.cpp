// SPDX-License-Identifier: Apache-2.0
// What the IDL says of processes: [ServiceSandbox] of those that serve an interface,
// [RequireContext] of those that are sent an end of it.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "rights.idl.h"
#include "support/io_loop.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

using sandbox::Policy;
using ::testing::HasSubstr;

// ---- [ServiceSandbox] ---------------------------------------------------------------------------

class ServiceSandboxTest : public ::testing::Test {
 protected:
  template <class Interface>
  Result<ChildProcess> launch(std::optional<Policy> policy) {
    return runtime_.launch(
        {.program = "/bin/true", .sandbox = std::move(policy), .serves = {needs_of<Interface>()}});
  }

  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
};

TEST_F(ServiceSandboxTest, StartsNothingWithoutASandbox) {
  const auto launched = launch<Confined>(std::nullopt);
  ASSERT_FALSE(launched);
  EXPECT_EQ(launched.error().code(), Errc::kLaunchFailed);
  EXPECT_EQ(launched.error().message(),
            "ferrule.test.Confined is to be served in the sandbox \"decoder\", and the program is "
            "given none");
}

TEST_F(ServiceSandboxTest, StartsNothingInAWeakerOne) {
  const auto launched = launch<Confined>(Policy::utility());
  ASSERT_FALSE(launched);
  EXPECT_THAT(launched.error().message(), HasSubstr("is given \"utility\", which allows more"));
  EXPECT_FALSE(launch<Confined>(Policy::decoder().allow_network()));
  EXPECT_FALSE(launch<Confined>(Policy::decoder().without(sandbox::Layer::kSeccomp)));
}

TEST_F(ServiceSandboxTest, StartsInThatOneOrAStricterOne) {
  EXPECT_TRUE(launch<Confined>(Policy::decoder()));
  EXPECT_TRUE(launch<Confined>(Policy::decoder().memory_limit(256 << 20)));
}

TEST_F(ServiceSandboxTest, KnowsAPolicyOfTheProgramsOwnByItsName) {
  EXPECT_FALSE(launch<Planted>(Policy::decoder()));
  EXPECT_TRUE(launch<Planted>(Policy::decoder().set_name("greenhouse")));
}

TEST_F(ServiceSandboxTest, AsksAProgramThatRunsInAWeakerOneForNothing) {
  ChildProcess child =
      runtime_.launch({.program = "/bin/sh", .arguments = {"-c", "exec sleep infinity"}}).value();
  Remote<Confined> confined(child.connection().request<Confined>(), io_.get_executor());
  std::string reason;
  confined.set_disconnect_handler([&](const Error& why) { reason = why.message(); });
  run_until(io_, [&] { return !reason.empty(); });
  EXPECT_THAT(reason, HasSubstr("is to be served in the sandbox \"decoder\""));
}

// ---- [RequireContext] ---------------------------------------------------------------------------

class GuardedImpl final : public Guarded {
  void Ask(Reply<int32_t> reply) override { reply(42); }
};

/// Uses what it is given.
class PorterImpl final : public Porter {
 public:
  explicit PorterImpl(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  void add(PendingReceiver<Porter> pending) {
    receivers_.add(*this, std::move(pending), executor_);
  }
  size_t num_served() const { return guards_.size(); }

 private:
  void Carry(PendingRemote<Guarded> guarded, Reply<bool> reply) override {
    auto remote = std::make_shared<Remote<Guarded>>(std::move(guarded), executor_);
    (*remote)->Ask(
        [remote, reply = std::move(reply)](error_code error, int32_t) mutable { reply(!error); });
  }
  void Serve(PendingReceiver<Guarded> guarded) override {
    guards_.add(guarded_, std::move(guarded), executor_);
  }
  void Open(PendingReceiver<Porter> porter) override { add(std::move(porter)); }

  const boost::asio::any_io_executor executor_;
  GuardedImpl guarded_;
  ReceiverSet<Porter> receivers_;
  ReceiverSet<Guarded> guards_;
};

/// Two sides of a socket, each a runtime of its own.
struct Link {
  Link(Runtime& from, Runtime& to, boost::asio::io_context& io) {
    const std::string path = folder.file("socket");
    const Listener listener =
        to.listen(path, [this](Connection connection) { back = std::move(connection); }).value();
    there = from.connect(path).value();
    run_until(io, [this] { return back.is_open(); });
  }

  TemporaryFolder folder;
  Connection there;  ///< as `from` sees it
  Connection back;   ///< as `to` sees it
};

class RequireContextTest : public ::testing::Test {
 protected:
  RequireContextTest() {
    link_.back.provide<Porter>(
        [this](PendingReceiver<Porter> pending) { porter_impl_.add(std::move(pending)); });
    porter_.bind(link_.there.request<Porter>(), io_.get_executor());
    link_.there.set_closed_handler([](const Error& why) { ADD_FAILURE() << why.message(); });
    link_.back.set_closed_handler([](const Error& why) { ADD_FAILURE() << why.message(); });
  }
  ~RequireContextTest() override {
    link_.there.close();
    link_.back.close();
  }

  PendingRemote<Guarded> make_guarded() {
    auto pipe = runtime_.make_pipe<Guarded>();
    guards_.add(guarded_, std::move(pipe.receiver), io_.get_executor());
    return std::move(pipe.remote);
  }
  /// Whether it could be used there, or why it was not sent.
  std::string carry(Remote<Porter>& porter, PendingRemote<Guarded> guarded) {
    std::string result;
    porter->Carry(std::move(guarded), [&](error_code error, bool is_usable) {
      result = error ? error.message() : is_usable ? "usable" : "not usable";
    });
    run_until(io_, [&] { return !result.empty(); });
    return result;
  }
  std::string carry() { return carry(porter_, make_guarded()); }

  const std::string kDenied = make_error_code(Errc::kAccessDenied).message();

  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  Runtime other_{io_.get_executor()};
  PorterImpl porter_impl_{io_.get_executor()};
  GuardedImpl guarded_;
  ReceiverSet<Guarded> guards_;
  Link link_{runtime_, other_, io_};
  Remote<Porter> porter_;
};

TEST_F(RequireContextTest, SendsNoEndToAProcessWithoutTheRight) { EXPECT_EQ(carry(), kDenied); }

TEST_F(RequireContextTest, SendsItToOneThatWasGrantedAsMuchOrMore) {
  link_.there.grant_context(Guarded::kRequiredContext);
  EXPECT_EQ(carry(), "usable");
  Link link(runtime_, other_, io_);
  link.back.provide<Porter>(
      [this](PendingReceiver<Porter> pending) { porter_impl_.add(std::move(pending)); });
  link.there.grant_context("ferrule.test.Right", static_cast<int32_t>(Right::kSystem));
  Remote<Porter> porter(link.there.request<Porter>(), io_.get_executor());
  EXPECT_EQ(carry(porter, make_guarded()), "usable");
}

TEST_F(RequireContextTest, TakesNoLesserRightForIt) {
  link_.there.grant_context("ferrule.test.Right", static_cast<int32_t>(Right::kNobody));
  link_.there.grant_context("ferrule.test.Wrong", static_cast<int32_t>(Right::kSystem));
  EXPECT_EQ(carry(), kDenied);
}

TEST_F(RequireContextTest, HoldsForTheOtherEndToo) {
  auto pipe = runtime_.make_pipe<Guarded>();
  Remote<Guarded> guarded(std::move(pipe.remote), io_.get_executor());
  bool is_lost = false;
  guarded.set_disconnect_handler([&] { is_lost = true; });
  porter_->Serve(std::move(pipe.receiver));
  run_until(io_, [&] { return is_lost; });
  EXPECT_EQ(porter_impl_.num_served(), 0U);
}

TEST_F(RequireContextTest, IsRememberedByAnEndThatLostItsType) {
  const auto untyped = link_.there.request_pipe("untyped");
  wire::Message message(Buffer::allocate(8), {});
  message.handles().emplace_back(make_guarded().take_end());
  message.handles().back().pipe()->restrict_to(Guarded::kRequiredContext);
  const auto sent = untyped->send(std::move(message));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code(), Errc::kAccessDenied);
  EXPECT_EQ(sent.error().message(),
            "an end of ferrule.test.Guarded is only for processes that were granted "
            "ferrule.test.Right 1 or a lower one");
}

TEST_F(RequireContextTest, GivesNothingByNameToAProcessWithoutTheRight) {
  bool is_asked = false;
  link_.there.provide<Guarded>([&](PendingReceiver<Guarded> pending) {
    is_asked = true;
    guards_.add(guarded_, std::move(pending), io_.get_executor());
  });
  link_.back.grant_context(Guarded::kRequiredContext);
  Remote<Guarded> guarded(link_.back.request<Guarded>(), io_.get_executor());
  std::string reason;
  guarded.set_disconnect_handler([&](const Error& why) { reason = why.message(); });
  run_until(io_, [&] { return !reason.empty(); });
  EXPECT_THAT(reason, HasSubstr("ferrule.test.Guarded is only for processes that were granted "
                                "ferrule.test.Right 1 or a lower one"));
  EXPECT_FALSE(is_asked);
}

TEST_F(RequireContextTest, AsksAProcessWithoutTheRightForNothing) {
  link_.back.provide<Guarded>([&](PendingReceiver<Guarded>) { ADD_FAILURE(); });
  Remote<Guarded> guarded(link_.there.request<Guarded>(), io_.get_executor());
  std::string reason;
  guarded.set_disconnect_handler([&](const Error& why) { reason = why.message(); });
  run_until(io_, [&] { return !reason.empty(); });
  EXPECT_THAT(reason, HasSubstr("ferrule.test.Guarded is only for processes"));
}

class AssociatedPorterImpl final : public AssociatedPorter {
 public:
  size_t num_calls = 0;

 private:
  void Carry(PendingAssociatedRemote<Guarded>, Reply<bool> reply) override {
    ++num_calls;
    reply(true);
  }
  void Serve(PendingAssociatedReceiver<Guarded>) override { ++num_calls; }
};

/// Associated ends share a pipe whose ends anybody may hold: they go to nobody, whatever he was
/// granted.
class RequireContextAssociatedTest : public RequireContextTest {
 protected:
  RequireContextAssociatedTest() {
    link_.there.grant_context(Guarded::kRequiredContext);
    link_.back.provide<AssociatedPorter>([this](PendingReceiver<AssociatedPorter> pending) {
      receiver_.bind(std::move(pending), io_.get_executor());
    });
    link_.back.set_closed_handler([this](const Error& why) { reason_ = why.message(); });
    link_.there.set_closed_handler([] {});
  }
  /// The same pipe for somebody who takes it for another interface.
  Remote<CarelessPorter> request_careless() {
    return Remote<CarelessPorter>(
        link_.there.request<CarelessPorter>(AssociatedPorter::kInterfaceName), io_.get_executor());
  }

  AssociatedPorterImpl impl_;
  Receiver<AssociatedPorter> receiver_{impl_};
  std::string reason_;  ///< why the receiver's side ended the connection
};

TEST_F(RequireContextAssociatedTest, SendsNone) {
  Remote<AssociatedPorter> porter(link_.there.request<AssociatedPorter>(), io_.get_executor());
  auto pair = make_associated<Guarded>();
  error_code result;
  porter->Carry(std::move(pair.remote), [&](error_code error, bool) { result = error; });
  run_until(io_, [&] { return result.failed(); });
  EXPECT_EQ(result, Errc::kAccessDenied);
  EXPECT_TRUE(porter.is_connected());

  std::string reason;
  porter.set_disconnect_handler([&](const Error& why) { reason = why.message(); });
  porter->Serve(make_associated<Guarded>().receiver);
  run_until(io_, [&] { return !reason.empty(); });
  EXPECT_THAT(reason, HasSubstr("ferrule.test.Guarded has RequireContext"));
  EXPECT_EQ(impl_.num_calls, 0U);
}

TEST_F(RequireContextAssociatedTest, TakesNoRemoteFromOneWhoSendsItAllTheSame) {
  Remote<CarelessPorter> porter = request_careless();
  porter->Carry(make_associated<Unguarded>().remote, [](error_code, bool) {});
  run_until(io_, [&] { return !reason_.empty(); });
  EXPECT_THAT(reason_, HasSubstr("an interface with RequireContext cannot be associated"));
  EXPECT_EQ(impl_.num_calls, 0U);
}

TEST_F(RequireContextAssociatedTest, TakesNoReceiverFromOneWhoSendsItAllTheSame) {
  Remote<CarelessPorter> porter = request_careless();
  porter->Serve(make_associated<Unguarded>().receiver);
  run_until(io_, [&] { return !reason_.empty(); });
  EXPECT_THAT(reason_, HasSubstr("an interface with RequireContext cannot be associated"));
  EXPECT_EQ(impl_.num_calls, 0U);
}

/// A third process, reached through the second, which both others trust.
class RequireContextBrokerTest : public RequireContextTest {
 protected:
  RequireContextBrokerTest() {
    link_.there.grant_context(Guarded::kRequiredContext);
    onward_.back.provide<Porter>(
        [this](PendingReceiver<Porter> pending) { far_impl_.add(std::move(pending)); });
    onward_porter_.bind(onward_.there.request<Porter>(), io_.get_executor());
    link_.back.provide<Porter>(
        [this](PendingReceiver<Porter> pending) { onward_porter_->Open(std::move(pending)); },
        "far");
    far_porter_.bind(link_.there.request<Porter>("far"), io_.get_executor());
    onward_.there.set_closed_handler([](const Error& why) { ADD_FAILURE() << why.message(); });
    onward_.back.set_closed_handler([](const Error& why) { ADD_FAILURE() << why.message(); });
  }
  ~RequireContextBrokerTest() override {
    onward_.there.close();
    onward_.back.close();
  }

  Runtime third_{io_.get_executor()};
  PorterImpl far_impl_{io_.get_executor()};
  Link onward_{other_, third_, io_};
  Remote<Porter> onward_porter_;
  Remote<Porter> far_porter_;
};

TEST_F(RequireContextBrokerTest, PassesNothingOnToAProcessWithoutTheRight) {
  EXPECT_EQ(carry(), "usable") << "the one between may have it";
  EXPECT_EQ(carry(far_porter_, make_guarded()), "not usable");
}

TEST_F(RequireContextBrokerTest, PassesItOnToOneThatHasIt) {
  onward_.there.grant_context(Guarded::kRequiredContext);
  EXPECT_EQ(carry(far_porter_, make_guarded()), "usable");
}

}  // namespace
}  // namespace ferrule::test
