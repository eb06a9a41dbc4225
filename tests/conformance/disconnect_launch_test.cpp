// SPDX-License-Identifier: Apache-2.0
//
// Programs that cannot be started, and programs that do not speak Ferrule.
#include <fstream>
#include <functional>
#include <optional>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "probe.idl.h"
#include "support/io_loop.h"
#include "support/process_counts.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

using ::testing::HasSubstr;

class DisconnectLaunchTest : public ::testing::Test {
 protected:
  std::string launch_error(const std::string& program) {
    // From its first launch on a process shows its own status, too, in a memfd.
    static_cast<void>(runtime_.launch({.program = "/nowhere"}));
    const ProcessCounts before = count_process();
    const auto child = runtime_.launch({.program = program});
    if (child) return "no error";
    EXPECT_EQ(child.error().code(), make_error_code(Errc::kLaunchFailed));
    EXPECT_EQ(count_process(), before);
    return child.error().message();
  }

  void launch(std::string program, std::vector<std::string> arguments = {}) {
    child_ =
        runtime_.launch({.program = std::move(program), .arguments = std::move(arguments)}).value();
    child_.connection().set_closed_handler([this](const Error& reason) {
      EXPECT_FALSE(reason_) << "told twice";
      reason_ = reason;
    });
    child_.async_wait([this](error_code, ExitStatus status) { exit_status_ = status; });
    probe_.bind(child_.connection().request<Probe>(), io_.get_executor());
    probe_->Add(1, 2, [this](error_code error, int32_t) { call_error_ = error; });
  }

  void run_until(const std::function<bool()>& is_done) { test::run_until(io_, is_done); }
  void run_until_all_is_known() {
    run_until([this] { return reason_ && call_error_ && exit_status_; });
  }

  TemporaryFolder folder_;
  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  ChildProcess child_;
  Remote<Probe> probe_;
  std::optional<Error> reason_;
  std::optional<error_code> call_error_;
  std::optional<ExitStatus> exit_status_;
};

TEST_F(DisconnectLaunchTest, SaysThatAProgramDoesNotExist) {
  const std::string program = folder_.file("nothing");
  EXPECT_EQ(launch_error(program),
            "cannot start " + program + ": execve: No such file or directory");
}

TEST_F(DisconnectLaunchTest, SaysThatAFileIsNotExecutable) {
  const std::string program = folder_.file("text");
  std::ofstream(program) << "#!/bin/sh\n";
  EXPECT_EQ(launch_error(program), "cannot start " + program + ": execve: Permission denied");
  EXPECT_EQ(launch_error(folder_.path()),
            "cannot start " + folder_.path().string() + ": execve: Permission denied");
}

TEST_F(DisconnectLaunchTest, SaysThatAFileIsNoProgram) {
  const std::string program = folder_.file("text");
  std::ofstream(program) << "just words\n";
  ASSERT_EQ(::chmod(program.c_str(), 0700), 0);
  EXPECT_EQ(launch_error(program), "cannot start " + program + ": execve: Exec format error");
}

TEST_F(DisconnectLaunchTest, SaysThatNoProgramWasNamed) {
  EXPECT_EQ(launch_error(""), "cannot start : execve: No such file or directory");
}

TEST_F(DisconnectLaunchTest, FailsCallsToAProgramThatEndsAtOnce) {
  launch("/bin/true");
  run_until_all_is_known();
  EXPECT_EQ(reason_->code(), make_error_code(Errc::kDisconnected)) << reason_->message();
  EXPECT_EQ(call_error_, Errc::kDisconnected);
  EXPECT_TRUE(exit_status_->is_success());
}

TEST_F(DisconnectLaunchTest, FailsCallsToAProgramThatFails) {
  launch("/bin/false");
  run_until_all_is_known();
  EXPECT_EQ(call_error_, Errc::kDisconnected);
  EXPECT_EQ(exit_status_->to_text(), "exit code 1");
}

TEST_F(DisconnectLaunchTest, FailsCallsToAProgramThatReadsAndNeverAnswers) {
  launch("/bin/sh", {"-c", "head -c 16 <&3 >/dev/null"});
  run_until_all_is_known();
  EXPECT_EQ(reason_->code(), make_error_code(Errc::kDisconnected)) << reason_->message();
  EXPECT_EQ(call_error_, Errc::kDisconnected);
}

TEST_F(DisconnectLaunchTest, RefusesAProgramThatTalksSomethingElse) {
  launch("/bin/sh", {"-c", "echo 'HTTP/1.1 400 Bad Request' >&3; exec sleep infinity"});
  run_until([this] { return reason_ && call_error_; });
  EXPECT_EQ(reason_->code(), make_error_code(Errc::kBadMessage));
  EXPECT_THAT(reason_->message(), HasSubstr("FRAME_HEADER_INVALID"));
  EXPECT_EQ(call_error_, Errc::kDisconnected);
  EXPECT_FALSE(exit_status_) << "its end is for the owner to decide";
}

TEST_F(DisconnectLaunchTest, LetsGoOfAProgramThatNeverSaysAnything) {
  launch("/bin/sleep", {"infinity"});
  run_ready(io_);
  EXPECT_FALSE(call_error_);
  child_ = ChildProcess();
  run_until([this] { return call_error_ && exit_status_; });
  EXPECT_EQ(call_error_, Errc::kDisconnected);
  EXPECT_EQ(count_process().num_children, 0U);
}

TEST_F(DisconnectLaunchTest, SurvivesAProgramThatEchoesEverything) {
  // What comes back looks like a peer that speaks the protocol and knows all our names.
  launch("/bin/sh", {"-c", "exec cat <&3 >&3"});
  for (int i = 0; i < 100; ++i) {
    probe_->Count(i);
    run_ready(io_);
  }
  ASSERT_TRUE(child_.kill().ok());
  run_until_all_is_known();
  EXPECT_TRUE(call_error_);
  probe_.reset();
  child_ = ChildProcess();
  EXPECT_EQ(runtime_.num_ports(), 0U);
}

}  // namespace
}  // namespace ferrule::test
