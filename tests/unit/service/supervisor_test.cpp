// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/supervisor.h"

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/service/runtime.h"

#include "support/io_loop.h"
#include "support/process_counts.h"

namespace ferrule::test {
namespace {

using std::chrono::milliseconds;

class SupervisorTest : public ::testing::Test {
 protected:
  ~SupervisorTest() override {
    supervisor_ = Supervisor();
    EXPECT_EQ(count_process().num_children, num_children_before_);
  }

  SupervisorOptions shell(const std::string& command, size_t crash_budget = 3) {
    SupervisorOptions options;
    options.launch = {.program = "/bin/sh", .arguments = {"-c", command}, .captures_output = true};
    options.restart = {.first_delay = milliseconds(1),
                       .most_delay = milliseconds(1),
                       .crash_budget = crash_budget};
    options.on_ended = [this](const CrashReport& report, std::optional<milliseconds> restarts_in) {
      reports_.push_back(report);
      is_given_up_ = !restarts_in;
    };
    return options;
  }

  const size_t num_children_before_ = count_process().num_children;
  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  Supervisor supervisor_;
  std::vector<CrashReport> reports_;
  bool is_given_up_ = false;
};

TEST_F(SupervisorTest, StartsAgainWhatEndsUntilTheBudgetIsUsedUp) {
  supervisor_ = Supervisor(runtime_, shell("echo last words; exit 3", 3));
  ASSERT_TRUE(supervisor_.start());
  run_until(io_, [this] { return is_given_up_; });
  EXPECT_EQ(reports_.size(), 4U);
  EXPECT_EQ(supervisor_.num_starts(), 4U);
  EXPECT_EQ(supervisor_.child(), nullptr);
  EXPECT_EQ(reports_[0].to_text(), "exit code 3");
  EXPECT_EQ(reports_[0].output, "last words\n");
}

TEST_F(SupervisorTest, TellsWhichSignalKilled) {
  supervisor_ = Supervisor(runtime_, shell("kill -SEGV $$", 0));
  ASSERT_TRUE(supervisor_.start());
  run_until(io_, [this] { return is_given_up_; });
  EXPECT_EQ(reports_[0].status.signal, SIGSEGV);
}

TEST_F(SupervisorTest, KillsForAReasonOfItsOwner) {
  SupervisorOptions options = shell("exec sleep infinity", 0);
  supervisor_ = Supervisor(runtime_, options);
  ASSERT_TRUE(supervisor_.start());
  supervisor_.kill("it does not answer");
  run_until(io_, [this] { return is_given_up_; });
  EXPECT_EQ(reports_[0].to_text(), "killed by signal 9 (Killed); it does not answer");
}

TEST_F(SupervisorTest, StopsForGood) {
  supervisor_ =
      Supervisor(runtime_, shell("trap 'exit 5' TERM; echo ready; while :; do read x; done"));
  ASSERT_TRUE(supervisor_.start());
  run_until(io_, [this] { return supervisor_.child()->output() == "ready\n"; });
  std::optional<ExitStatus> status;
  supervisor_.stop({.after_asking = milliseconds(1)}, [&](ExitStatus result) { status = result; });
  run_until(io_, [&] { return status.has_value(); });
  EXPECT_EQ(status->code, 5);
  EXPECT_TRUE(reports_.empty());
  run_ready(io_);
  EXPECT_EQ(supervisor_.num_starts(), 1U);
}

TEST_F(SupervisorTest, SaysThatTheProgramCannotBeStarted) {
  SupervisorOptions options = shell("");
  options.launch.program = "/no/such/program";
  supervisor_ = Supervisor(runtime_, options);
  EXPECT_FALSE(supervisor_.start());
}

TEST_F(SupervisorTest, MayBeDestroyedFromInsideItsHandler) {
  SupervisorOptions options = shell("exit 0");
  bool is_done = false;
  options.on_ended = [&](const CrashReport&, std::optional<milliseconds>) {
    supervisor_ = Supervisor();
    is_done = true;
  };
  supervisor_ = Supervisor(runtime_, options);
  ASSERT_TRUE(supervisor_.start());
  run_until(io_, [&] { return is_done; });
}

TEST_F(SupervisorTest, NamesTheCallThatASandboxRefused) {
  CrashReport report{.status = {0, SIGSYS}, .refused_call = "socket"};
  EXPECT_EQ(report.to_text(), "killed by signal 31 (Bad system call); its sandbox refused socket");
}

}  // namespace
}  // namespace ferrule::test
