// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/child_process.h"

#include <optional>
#include <vector>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/service/runtime.h"

#include "support/io_loop.h"
#include "support/process_counts.h"

namespace ferrule::test {
namespace {

class ChildProcessTest : public ::testing::Test {
 protected:
  ~ChildProcessTest() override {
    child_ = ChildProcess();
    EXPECT_EQ(count_process().num_children, num_children_before_);
  }

  ChildProcess launch_shell(const std::string& command) {
    return runtime_.launch({.program = "/bin/sh", .arguments = {"-c", command}}).value();
  }
  /// How the child ended.
  ExitStatus wait() {
    std::optional<ExitStatus> status;
    child_.async_wait([&status](error_code error, ExitStatus result) {
      EXPECT_FALSE(error);
      status = result;
    });
    run_until(io_, [&status] { return status.has_value(); });
    return *status;
  }

  const size_t num_children_before_ = count_process().num_children;
  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  ChildProcess child_;
};

TEST_F(ChildProcessTest, TellsHowItEnded) {
  child_ = launch_shell("exit 3");
  EXPECT_EQ(wait().to_text(), "exit code 3");
  child_ = launch_shell("kill -TERM $$");
  EXPECT_EQ(wait().to_text(), "killed by signal 15 (Terminated)");
  child_ = launch_shell("true");
  EXPECT_TRUE(wait().is_success());
}

TEST_F(ChildProcessTest, TellsItAgain) {
  child_ = launch_shell("exit 3");
  wait();
  EXPECT_EQ(wait(), (ExitStatus{3, 0}));
  EXPECT_TRUE(child_.kill().ok()) << "too late is no error";
}

TEST_F(ChildProcessTest, TellsEverybodyWhoWaits) {
  child_ = launch_shell("exec sleep infinity");
  int num_told = 0;
  for (int i = 0; i < 3; ++i) {
    child_.async_wait([&](error_code error, ExitStatus status) {
      EXPECT_FALSE(error);
      EXPECT_EQ(status.signal, 9);
      ++num_told;
    });
  }
  run_ready(io_);
  EXPECT_EQ(num_told, 0);
  ASSERT_TRUE(child_.kill().ok());
  run_until(io_, [&] { return num_told == 3; });
}

TEST_F(ChildProcessTest, LetsACoroutineWait) {
  child_ = launch_shell("exit 5");
  std::optional<ExitStatus> status;
  boost::asio::co_spawn(
      io_,
      [&]() -> boost::asio::awaitable<void> {
        status = co_await child_.async_wait(boost::asio::use_awaitable);
      },
      boost::asio::detached);
  run_until(io_, [&] { return status.has_value(); });
  EXPECT_EQ(status->code, 5);
}

TEST_F(ChildProcessTest, RunsTheHandlerOnItsOwnExecutor) {
  boost::asio::io_context other{1};
  child_ = launch_shell("exit 5");
  bool is_told = false;
  bool is_told_here = false;
  child_.async_wait(
      boost::asio::bind_executor(other, [&](error_code, ExitStatus) { is_told = true; }));
  child_.async_wait([&](error_code, ExitStatus) { is_told_here = true; });
  run_until(io_, [&] { return is_told_here; });
  run_ready(io_);
  EXPECT_FALSE(is_told) << "only the other loop may run it";
  EXPECT_EQ(other.run(), 1U) << "and that one was kept from ending";
  EXPECT_TRUE(is_told);
}

TEST_F(ChildProcessTest, CancelsTheWaitsWhenItsOwnerGoes) {
  child_ = launch_shell("exec sleep infinity");
  error_code error;
  child_.async_wait([&](error_code result, ExitStatus) { error = result; });
  run_ready(io_);
  child_ = ChildProcess();
  EXPECT_FALSE(error) << "not from inside";
  run_ready(io_);
  EXPECT_EQ(error, Errc::kCancelled);
}

TEST_F(ChildProcessTest, MayBeDestroyedFromInsideItsWait) {
  child_ = launch_shell("exit 0");
  bool is_done = false;
  child_.async_wait([&](error_code, ExitStatus) {
    child_ = ChildProcess();
    is_done = true;
  });
  run_until(io_, [&] { return is_done; });
}

TEST_F(ChildProcessTest, ReplacesOneChildWithAnother) {
  child_ = launch_shell("exec sleep infinity");
  const pid_t first = child_.id();
  child_ = launch_shell("exec sleep infinity");
  EXPECT_NE(child_.id(), first);
  EXPECT_EQ(count_process().num_children, num_children_before_ + 1);
}

TEST_F(ChildProcessTest, GetsOnlyTheSocketItsPageAndTheStandardStreams) {
  // The descriptor of the listing itself is 5.
  child_ = launch_shell("test \"$(ls /proc/self/fd | tr '\\n' ' ')\" = '0 1 2 3 4 5 '");
  EXPECT_EQ(wait().to_text(), "exit code 0");
}

TEST_F(ChildProcessTest, GetsItsArgumentsAndEnvironment) {
  child_ = runtime_
               .launch({.program = "/bin/sh",
                        .arguments = {"-c",
                                      "test \"$1 $NAME $FERRULE_INVITATION $HOME\" = "
                                      "'one value 3 '",
                                      "sh", "one"},
                        .environment = {{"NAME=value", "FERRULE_INVITATION=77"}}})
               .value();
  EXPECT_EQ(wait().to_text(), "exit code 0");
}

TEST_F(ChildProcessTest, KeepsTheLastOfWhatItWrote) {
  std::string heard;
  child_ = runtime_
               .launch({.program = "/bin/sh",
                        .arguments = {"-c", "echo out; echo err >&2; seq 1 20000; echo end"},
                        .on_output = [&heard](std::string_view piece) { heard += piece; }})
               .value();
  wait();
  EXPECT_TRUE(heard.starts_with("out\nerr\n1\n2\n"));
  EXPECT_TRUE(heard.ends_with("\n20000\nend\n"));
  EXPECT_EQ(child_.output().size(), 16384U);
  EXPECT_TRUE(heard.ends_with(child_.output()));
}

TEST_F(ChildProcessTest, IsAskedToStopThenToldThenKilled) {
  using std::chrono::milliseconds;
  const auto stop = [this] {
    std::optional<ExitStatus> status;
    child_.async_stop({.after_asking = milliseconds(1), .after_signal = milliseconds(50)},
                      [&status](error_code, ExitStatus result) { status = result; });
    run_until(io_, [&status] { return status.has_value(); });
    return status->to_text();
  };
  const auto launch_until_ready = [this](const std::string& command) {
    child_ = runtime_
                 .launch({.program = "/bin/sh",
                          .arguments = {"-c", command + "; echo ready; while :; do read x; done"},
                          .captures_output = true})
                 .value();
    run_until(io_, [this] { return child_.output() == "ready\n"; });
  };
  launch_until_ready("true");
  EXPECT_EQ(stop(), "killed by signal 15 (Terminated)");
  launch_until_ready("trap 'exit 4' TERM");
  EXPECT_EQ(stop(), "exit code 4");
  launch_until_ready("trap '' TERM");
  EXPECT_EQ(stop(), "killed by signal 9 (Killed)");
}

TEST_F(ChildProcessTest, IsKilledIfItDoesNotArriveInTime) {
  child_ = runtime_
               .launch({.program = "/bin/sh",
                        .arguments = {"-c", "exec sleep infinity"},
                        .arrival_deadline = std::chrono::milliseconds(1)})
               .value();
  std::optional<error_code> result;
  child_.async_arrive([&result](error_code error) { result = error; });
  EXPECT_EQ(wait().signal, 9);
  run_until(io_, [&result] { return result.has_value(); });
  EXPECT_EQ(*result, Errc::kTimedOut);
  EXPECT_EQ(child_.failure(), "the program did not arrive in time");
}

TEST_F(ChildProcessTest, SaysThatItEndedBeforeItArrived) {
  child_ =
      runtime_
          .launch({.program = "/bin/true", .arrival_deadline = std::chrono::milliseconds(60'000)})
          .value();
  std::optional<error_code> result;
  child_.async_arrive([&result](error_code error) { result = error; });
  run_until(io_, [&result] { return result.has_value(); });
  EXPECT_EQ(*result, Errc::kLaunchFailed);
  EXPECT_EQ(child_.failure(), "the program ended before it took its invitation");
}

}  // namespace
}  // namespace ferrule::test
