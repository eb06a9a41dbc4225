// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/graceful_shutdown.h"

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "patience.idl.h"
#include "support/io_loop.h"
#include "support/process_counts.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{100'000};

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe make_pipe() {
  int fds[2];
  EXPECT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

/// A call of `Patience.Work` as its caller sees it.
struct Call {
  Pipe until = make_pipe();
  std::optional<error_code> result;
  size_t num_bytes = 0;
};

class GracefulShutdownTest : public ::testing::Test {
 protected:
  ~GracefulShutdownTest() override {
    child_ = ChildProcess();
    EXPECT_EQ(count_process().num_children, num_children_before_);
  }

  void launch(milliseconds deadline = kLong) {
    child_ = runtime_
                 .launch({.program = FERRULE_PATIENT_PROGRAM,
                          .arguments = {std::to_string(deadline.count()), path_},
                          .captures_output = true})
                 .value();
    // Once it answers, it listens.
    Remote<Patience> patience(child_.connection().request<Patience>(), io_.get_executor());
    EXPECT_FALSE(touch(patience));
    connection_ = runtime_.connect(path_).value();
    patience_.bind(connection_.request<Patience>(), io_.get_executor());
    EXPECT_FALSE(touch(patience_));
  }

  error_code touch(Remote<Patience>& patience) {
    std::optional<error_code> result;
    patience->Touch([&](error_code error) { result = error; });
    run_until(io_, [&] { return result.has_value(); });
    return *result;
  }

  /// Returns when the service has begun with it.
  std::shared_ptr<Call> begin_call(uint32_t num_bytes) {
    auto call = std::make_shared<Call>();
    Pipe begun = make_pipe();
    patience_->Work(std::move(begun.write), std::move(call->until.read), num_bytes,
                    [call](error_code error, const Bytes& bytes) {
                      call->result = error;
                      call->num_bytes = bytes.size();
                    });
    run_ready(io_);
    char byte = 0;
    EXPECT_EQ(::read(begun.read.get(), &byte, 1), 1);
    return call;
  }

  void terminate() { ASSERT_EQ(::kill(child_.id(), SIGTERM), 0); }
  ExitStatus wait() {
    std::optional<ExitStatus> status;
    child_.async_wait([&status](error_code, ExitStatus result) { status = result; });
    run_until(io_, [&status] { return status.has_value(); });
    return *status;
  }
  /// Waits until nobody listens any more.
  void until_refused() {
    for (;;) {
      auto connection = runtime_.connect(path_);
      if (!connection) return;
      run_ready(io_);
    }
  }

  const size_t num_children_before_ = count_process().num_children;
  TemporaryFolder folder_;
  const std::string path_ = folder_.file("socket");
  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  ChildProcess child_;
  Connection connection_;
  Remote<Patience> patience_;
};

TEST_F(GracefulShutdownTest, AnswersTheCallInProgressAndExitsWithZero) {
  launch();
  const auto call = begin_call(10);
  terminate();
  until_refused();
  EXPECT_FALSE(call->result);
  call->until.write.reset();
  EXPECT_EQ(wait(), (ExitStatus{0, 0}));
  run_until(io_, [&] { return call->result.has_value(); });
  EXPECT_FALSE(*call->result) << call->result->message();
  EXPECT_EQ(call->num_bytes, 10U);
}

TEST_F(GracefulShutdownTest, EndsAtOnceWithNothingToDo) {
  launch();
  terminate();
  EXPECT_EQ(wait(), (ExitStatus{0, 0}));
  struct stat status {};
  EXPECT_NE(::stat(path_.c_str(), &status), 0) << "the socket's file is gone, too";
}

TEST_F(GracefulShutdownTest, AnswersManyCallsInProgress) {
  launch();
  std::vector<std::shared_ptr<Call>> calls;
  for (int i = 0; i < 100; ++i) calls.push_back(begin_call(32 << 10));
  terminate();
  until_refused();
  for (const auto& call : calls) call->until.write.reset();
  for (const auto& call : calls) {
    run_until(io_, [&] { return call->result.has_value(); });
    ASSERT_FALSE(*call->result) << call->result->message();
    EXPECT_EQ(call->num_bytes, size_t{32} << 10);
  }
  EXPECT_EQ(wait(), (ExitStatus{0, 0}));
}

/// Answers at once.
class HastyImpl final : public Patience {
  void Work(UniqueFd /*begun*/, UniqueFd /*until*/, uint32_t num_bytes,
            Reply<Bytes> reply) override {
    reply(Bytes(std::vector<uint8_t>(num_bytes)));
  }
  void Touch(Reply<> reply) override { reply(); }
};

TEST_F(GracefulShutdownTest, WaitsUntilAnswersHaveLeft) {
  constexpr int kNumCalls = 50;  // more than a socket takes
  boost::asio::io_context service_io{1};
  Runtime service(service_io.get_executor());
  HastyImpl hasty;
  ReceiverSet<Patience> receivers;
  Connection served;
  const Listener listener =
      service
          .listen(path_,
                  [&](Connection connection) {
                    served = std::move(connection);
                    served.provide<Patience>([&](auto pending) {
                      receivers.add(hasty, std::move(pending), service_io.get_executor());
                    });
                  })
          .value();
  connection_ = runtime_.connect(path_).value();
  patience_.bind(connection_.request<Patience>(), io_.get_executor());
  const auto run_both_until = [&](const std::function<bool()>& is_fine) {
    while (!is_fine()) {
      run_ready(service_io);
      run_ready(io_);
    }
  };
  bool is_touched = false;
  patience_->Touch([&](error_code error) { is_touched = !error; });
  run_both_until([&] { return is_touched; });
  int num_answers = 0;
  for (int i = 0; i < kNumCalls; ++i) {
    Pipe pipe = make_pipe();
    patience_->Work(std::move(pipe.write), std::move(pipe.read), 32 << 10,
                    [&](error_code error, const Bytes&) { num_answers += error ? 0 : 1; });
  }
  bool is_done = false;
  GracefulShutdown shutdown(service,
                            {.signals = {}, .deadline = kLong, .on_done = [&] { is_done = true; }});
  run_ready(service_io);
  shutdown.begin();
  EXPECT_FALSE(listener.is_open());
  // Nobody reads. Right is that nothing happens, for however long.
  bool is_over = false;
  boost::asio::steady_timer timer(service_io, milliseconds(30));
  timer.async_wait([&](error_code) { is_over = true; });
  run_until(service_io, [&] { return is_over; });
  EXPECT_FALSE(is_done);
  run_both_until([&] { return is_done && num_answers == kNumCalls; });
  EXPECT_EQ(shutdown.exit_code(), 0);
}

TEST_F(GracefulShutdownTest, CutsACallThatDoesNotEndAndSaysSo) {
  launch(milliseconds(50));
  const auto call = begin_call(10);
  terminate();
  EXPECT_EQ(wait(), (ExitStatus{GracefulShutdown::kCutExitCode, 0}));
  run_until(io_, [&] { return call->result.has_value(); });
  EXPECT_EQ(*call->result, Errc::kDisconnected);
}

TEST_F(GracefulShutdownTest, DoesNotBeginWhatComesTooLate) {
  launch();
  const auto call = begin_call(10);
  terminate();
  until_refused();
  run_until(io_, [this] { return child_.output() == "ending\n"; });
  Remote<Patience> late(connection_.request<Patience>(), io_.get_executor());
  EXPECT_EQ(touch(late), Errc::kDisconnected);
  std::optional<error_code> touched;
  patience_->Touch([&](error_code error) { touched = error; });
  call->until.write.reset();
  EXPECT_EQ(wait(), (ExitStatus{0, 0}));
  run_until(io_, [&] { return touched.has_value() && call->result.has_value(); });
  EXPECT_EQ(*touched, Errc::kDisconnected);
  EXPECT_FALSE(*call->result);
}

TEST_F(GracefulShutdownTest, IsAskedByWhoeverLaunchedIt) {
  launch();
  const auto call = begin_call(10);
  std::optional<ExitStatus> status;
  child_.async_stop({.after_asking = kLong},
                    [&status](error_code, ExitStatus result) { status = result; });
  run_ready(io_);
  until_refused();
  EXPECT_FALSE(status);
  call->until.write.reset();
  run_until(io_, [&] { return status.has_value(); });
  EXPECT_EQ(*status, (ExitStatus{0, 0}));
}

TEST_F(GracefulShutdownTest, IsNotCutByASecondSignal) {
  launch();
  const auto call = begin_call(10);
  terminate();
  until_refused();
  terminate();
  call->until.write.reset();
  EXPECT_EQ(wait(), (ExitStatus{0, 0}));
}

TEST_F(GracefulShutdownTest, WaitsForWorkThatIsNoCall) {
  bool is_done = false;
  GracefulShutdown shutdown(runtime_, {.deadline = kLong, .on_done = [&] { is_done = true; }});
  auto work = shutdown.hold();
  auto more_work = work;
  shutdown.begin();
  EXPECT_TRUE(shutdown.has_begun());
  work.reset();
  run_ready(io_);
  EXPECT_FALSE(is_done);
  more_work.reset();
  run_until(io_, [&] { return is_done; });
  EXPECT_EQ(shutdown.exit_code(), 0);
}

}  // namespace
}  // namespace ferrule::test
