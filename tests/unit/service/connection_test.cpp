// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/connection.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/service/runtime.h"

#include "calculator.idl.h"
#include "support/io_loop.h"
#include "support/process_counts.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

class CalculatorImpl final : public sample::Calculator {
 public:
  std::vector<PendingRemote<sample::Observer>> observers;

 private:
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override { reply(a + b); }
  void Watch(PendingRemote<sample::Observer> observer) override {
    observers.push_back(std::move(observer));
  }
};

/// A client and a server, two runtimes on one loop.
class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest() {
    const Listener listener =
        server_
            ->listen(folder_.file("socket"),
                     [this](Connection connection) {
                       there_ = std::make_unique<Connection>(std::move(connection));
                     })
            .value();
    here_ = std::make_unique<Connection>(client_->connect(folder_.file("socket")).value());
    run_until(io_, [this] { return there_ != nullptr; });
  }

  void provide_calculator() {
    there_->provide<sample::Calculator>([this](PendingReceiver<sample::Calculator> end) {
      receivers_.emplace_back(calculator_, std::move(end), io_.get_executor());
    });
  }
  Remote<sample::Calculator> request_calculator() {
    return {here_->request<sample::Calculator>(), io_.get_executor()};
  }
  void add_through(Remote<sample::Calculator>& calculator) {
    calculator->Add(1, 2, [this](error_code error, int32_t sum) {
      answers_.push_back(error ? error.message() : std::to_string(sum));
    });
  }
  void expect_answers(const std::vector<std::string>& expected) {
    run_until(io_, [&] { return answers_.size() >= expected.size(); });
    run_ready(io_);
    EXPECT_EQ(answers_, expected);
  }

  TemporaryFolder folder_;
  boost::asio::io_context io_{1};
  CalculatorImpl calculator_;
  std::unique_ptr<Runtime> server_ = std::make_unique<Runtime>(io_.get_executor());
  std::unique_ptr<Runtime> client_ = std::make_unique<Runtime>(io_.get_executor());
  std::unique_ptr<Connection> there_;
  std::unique_ptr<Connection> here_;
  std::vector<Receiver<sample::Calculator>> receivers_;
  std::vector<std::string> answers_;
};

// ---- requests and providers ---------------------------------------------------------------------

TEST_F(ConnectionTest, BringsARequestToItsProvider) {
  provide_calculator();
  auto calculator = request_calculator();
  add_through(calculator);
  expect_answers({"3"});
}

TEST_F(ConnectionTest, KeepsRequestsUntilSomebodyProvides) {
  auto first = request_calculator();
  auto second = request_calculator();
  add_through(first);
  add_through(second);
  run_ready(io_);
  EXPECT_TRUE(answers_.empty());
  provide_calculator();
  expect_answers({"3", "3"});
}

TEST_F(ConnectionTest, KnowsProvidersByTheirNames) {
  std::vector<std::string> asked;
  for (const char* name : {"one", "two"}) {
    there_->provide_pipe(name, [&asked, name](MessagePipe) { asked.emplace_back(name); });
  }
  const auto two = here_->request_pipe("two");
  const auto one = here_->request_pipe("one");
  const auto none = here_->request_pipe("On");
  run_until(io_, [&] { return asked.size() == 2; });
  run_ready(io_);
  EXPECT_THAT(asked, ::testing::ElementsAre("two", "one"));
  EXPECT_FALSE(none->is_peer_closed()) << "somebody may still provide it";
}

TEST_F(ConnectionTest, AsksTheLatestProvider) {
  std::vector<int> asked;
  for (const int number : {1, 2}) {
    there_->provide_pipe("name", [&asked, number](MessagePipe) { asked.push_back(number); });
  }
  const auto pipe = here_->request_pipe("name");
  run_until(io_, [&] { return !asked.empty(); });
  EXPECT_THAT(asked, ::testing::ElementsAre(2));
}

TEST_F(ConnectionTest, WorksBothWays) {
  here_->provide<sample::Calculator>([this](PendingReceiver<sample::Calculator> end) {
    receivers_.emplace_back(calculator_, std::move(end), io_.get_executor());
  });
  Remote<sample::Calculator> calculator(there_->request<sample::Calculator>(), io_.get_executor());
  add_through(calculator);
  expect_answers({"3"});
}

TEST_F(ConnectionTest, ClosesRequestsThatTheProviderLetsGo) {
  there_->provide_pipe("sample.Calculator", [](MessagePipe) {});
  auto calculator = request_calculator();
  add_through(calculator);
  expect_answers({"disconnected"});
  EXPECT_TRUE(here_->is_open());
}

TEST_F(ConnectionTest, ClosesRequestsForWhatNobodyProvidedAtTheEnd) {
  auto calculator = request_calculator();
  add_through(calculator);
  run_ready(io_);
  there_.reset();
  expect_answers({"disconnected"});
}

TEST_F(ConnectionTest, ClosesRequestsWhoseNameIsTooLong) {
  EXPECT_TRUE(here_->request_pipe(std::string(1025, 'n'))->is_peer_closed());
  provide_calculator();
  auto calculator = request_calculator();
  add_through(calculator);
  expect_answers({"3"});
}

// ---- the end ------------------------------------------------------------------------------------

TEST_F(ConnectionTest, TellsTheOtherSideOnce) {
  int num_told = 0;
  here_->set_closed_handler([&](const Error& reason) {
    EXPECT_EQ(reason.code(), make_error_code(Errc::kDisconnected));
    ++num_told;
  });
  int num_told_there = 0;
  there_->set_closed_handler([&] { ++num_told_there; });
  there_->close();
  run_until(io_, [&] { return num_told > 0; });
  run_ready(io_);
  EXPECT_EQ(num_told, 1);
  EXPECT_EQ(num_told_there, 0) << "who closes it knows";
  EXPECT_FALSE(here_->is_open());
}

TEST_F(ConnectionTest, TellsAHandlerThatIsSetAfterTheEnd) {
  there_.reset();
  run_until(io_, [this] { return !here_->is_open(); });
  std::optional<Error> reason;
  here_->set_closed_handler([&](const Error& why) { reason = why; });
  EXPECT_FALSE(reason) << "not from inside";
  run_ready(io_);
  ASSERT_TRUE(reason);
  EXPECT_EQ(reason->code(), make_error_code(Errc::kDisconnected));
}

TEST_F(ConnectionTest, MayBeAskedAfterTheEnd) {
  there_.reset();
  run_until(io_, [this] { return !here_->is_open(); });
  auto calculator = request_calculator();
  add_through(calculator);
  expect_answers({"disconnected"});
  here_->provide_pipe("name", [](MessagePipe) {});
  EXPECT_EQ(here_->counters().num_send_calls, 0U);
}

TEST_F(ConnectionTest, MayBeClosedFromInsideAProvider) {
  bool was_asked = false;
  there_->provide_pipe("sample.Calculator", [&](MessagePipe) {
    was_asked = true;
    there_.reset();
  });
  auto first = request_calculator();
  auto second = request_calculator();
  add_through(first);
  add_through(second);
  expect_answers({"disconnected", "disconnected"});
  EXPECT_TRUE(was_asked);
}

TEST_F(ConnectionTest, MayBeClosedFromInsideAProviderOfWaitingRequests) {
  auto first = request_calculator();
  auto second = request_calculator();
  add_through(first);
  add_through(second);
  run_ready(io_);
  int num_asked = 0;
  there_->provide_pipe("sample.Calculator", [&](MessagePipe) {
    ++num_asked;
    there_.reset();
  });
  expect_answers({"disconnected", "disconnected"});
  EXPECT_GE(num_asked, 1);
}

TEST_F(ConnectionTest, MayProvideFromInsideAProvider) {
  there_->provide_pipe("outer", [this](MessagePipe) { provide_calculator(); });
  auto calculator = request_calculator();
  add_through(calculator);
  const auto outer = here_->request_pipe("outer");
  expect_answers({"3"});
}

TEST_F(ConnectionTest, MayBeClosedFromInsideItsClosedHandler) {
  bool is_told = false;
  here_->set_closed_handler([&] {
    is_told = true;
    here_.reset();
  });
  there_.reset();
  run_until(io_, [&] { return is_told; });
  run_ready(io_);
}

TEST_F(ConnectionTest, MayBeClosedFromInsideACall) {
  provide_calculator();
  auto calculator = request_calculator();
  calculator->Add(1, 1, [this](error_code, int32_t sum) {
    answers_.push_back(std::to_string(sum));
    here_.reset();
  });
  add_through(calculator);
  add_through(calculator);
  expect_answers({"2", "3", "3"});
}

TEST_F(ConnectionTest, MayLoseItsRuntimeFromInsideACallback) {
  provide_calculator();
  auto calculator = request_calculator();
  bool is_disconnected = false;
  calculator.set_disconnect_handler([&] { is_disconnected = true; });
  calculator->Add(1, 1, [this](error_code, int32_t) { client_.reset(); });
  run_until(io_, [&] { return is_disconnected; });
  run_until(io_, [this] { return server_->num_ports() == 0; });
  EXPECT_EQ(here_->counters().num_send_calls, 0U);
}

TEST_F(ConnectionTest, MayLoseItsRuntimeFromInsideAProvider) {
  bool was_asked = false;
  there_->provide_pipe("sample.Calculator", [&](MessagePipe) {
    was_asked = true;
    server_.reset();
  });
  auto calculator = request_calculator();
  add_through(calculator);
  expect_answers({"disconnected"});
  EXPECT_TRUE(was_asked);
}

TEST_F(ConnectionTest, OutlivesItsRuntime) {
  client_.reset();
  std::optional<Error> reason;
  there_->set_closed_handler([&](const Error& why) { reason = why; });
  run_until(io_, [&] { return reason.has_value(); });
  auto calculator = request_calculator();
  add_through(calculator);
  expect_answers({"disconnected"});
}

TEST_F(ConnectionTest, EndsTheLoopWhenNothingIsLeft) {
  run_ready(io_);
  EXPECT_FALSE(io_.stopped()) << "an open connection waits";
  here_.reset();
  there_.reset();
  io_.restart();
  io_.run();
}

TEST_F(ConnectionTest, CountsWhatCrosses) {
  provide_calculator();
  auto calculator = request_calculator();
  add_through(calculator);
  expect_answers({"3"});
  const ConnectionCounters here = here_->counters();
  const ConnectionCounters there = there_->counters();
  EXPECT_GT(here.socket_bytes_sent, 0U);
  EXPECT_EQ(here.socket_bytes_sent, there.socket_bytes_received);
  EXPECT_EQ(there.socket_bytes_sent, here.socket_bytes_received);
}

// ---- introductions ------------------------------------------------------------------------------

class ObserverImpl final : public sample::Observer {
 public:
  int num_sums = 0;

 private:
  void OnSum(sample::Sum /*sum*/) override { ++num_sums; }
};

/// The client is in the middle: beside the server it is connected to a third program, whose
/// observer it hands to the server.
class IntroductionTest : public ConnectionTest {
 protected:
  IntroductionTest() {
    const Listener listener = third_
                                  .listen(folder_.file("third"),
                                          [this](Connection connection) {
                                            third_there_ =
                                                std::make_unique<Connection>(std::move(connection));
                                          })
                                  .value();
    to_third_ = std::make_unique<Connection>(client_->connect(folder_.file("third")).value());
    run_until(io_, [this] { return third_there_ != nullptr; });
    third_there_->provide<sample::Observer>([this](PendingReceiver<sample::Observer> end) {
      observer_end_.emplace(observer_, std::move(end), io_.get_executor());
    });
    provide_calculator();
  }

  void hand_over() {
    auto calculator = request_calculator();
    calculator->Watch(to_third_->request<sample::Observer>());
    run_until(io_, [this] { return !calculator_.observers.empty(); });
    watched_ =
        Remote<sample::Observer>(std::move(calculator_.observers.front()), io_.get_executor());
  }
  void expect_that_it_works() {
    const int before = observer_.num_sums;
    watched_->OnSum({"server", 1});
    run_until(io_, [&] { return observer_.num_sums > before; });
  }

  Runtime third_{io_.get_executor()};
  std::unique_ptr<Connection> third_there_;
  std::unique_ptr<Connection> to_third_;
  ObserverImpl observer_;
  std::optional<Receiver<sample::Observer>> observer_end_;
  Remote<sample::Observer> watched_;
};

TEST_F(IntroductionTest, ProcessesThatAreIntroducedGoOnWithoutTheOneBetween) {
  for (Runtime* runtime : {server_.get(), client_.get(), &third_}) runtime->allow_introductions();
  hand_over();
  expect_that_it_works();
  run_until(io_, [this] { return client_->num_ports() == 0; });
  here_.reset();
  to_third_.reset();
  client_.reset();
  expect_that_it_works();
}

TEST_F(IntroductionTest, WithoutPermissionThePipeGoesThroughTheOneBetween) {
  for (Runtime* runtime : {server_.get(), &third_}) runtime->allow_introductions();
  hand_over();
  expect_that_it_works();
  EXPECT_GT(client_->num_ports(), 0U);
  bool is_gone = false;
  watched_.set_disconnect_handler([&] { is_gone = true; });
  to_third_.reset();
  run_until(io_, [&] { return is_gone; });
}

}  // namespace
}  // namespace ferrule::test
