// SPDX-License-Identifier: Apache-2.0
//
// What is promised when a parent process dies: its children end, and nobody has to see to it.
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "ferrule/platform/process.h"

#include "support/process_counts.h"

namespace ferrule::test {
namespace {

struct Family {
  pid_t parent = 0;
  pid_t child = 0;
};

/// Orphans come to this process, which can then tell how they ended.
class DisconnectParentTest : public ::testing::Test {
 protected:
  DisconnectParentTest() { EXPECT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0); }
  ~DisconnectParentTest() override {
    // A child that is killed while it exits may leave a helper of its leak checker, which ends by
    // itself. Whoever does not end keeps this test waiting.
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
    EXPECT_EQ(count_process(), before_);
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  }

  /// Starts a launching_program, kills it when its child runs, and says how the child ended.
  static platform::ExitStatus end_of_orphan(std::vector<std::string> arguments) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd read_end(ends[0]);
    platform::ProcessOptions options;
    options.program = FERRULE_LAUNCHING_PROGRAM;
    options.arguments = std::move(arguments);
    options.arguments.insert(options.arguments.begin(), options.program);
    options.standard_output = UniqueFd(ends[1]);
    auto parent = platform::Process::start(std::move(options));
    EXPECT_TRUE(parent.ok());

    const Family family = read_family(read_end);
    EXPECT_EQ(family.parent, parent->id());
    EXPECT_TRUE(parent->send_signal(SIGKILL).ok());
    EXPECT_EQ(parent->wait().value().signal, SIGKILL);

    siginfo_t info{};
    EXPECT_EQ(::waitid(P_PID, static_cast<id_t>(family.child), &info, WEXITED), 0);
    return info.si_code == CLD_EXITED ? platform::ExitStatus{info.si_status, 0}
                                      : platform::ExitStatus{0, info.si_status};
  }

 private:
  static Family read_family(const UniqueFd& from) {
    std::string line;
    for (char byte = 0; ::read(from.get(), &byte, 1) == 1 && byte != '\n';) line.push_back(byte);
    Family family;
    EXPECT_EQ(std::sscanf(line.c_str(), "%d %d", &family.parent, &family.child), 2) << line;
    return family;
  }

  const ProcessCounts before_ = count_process();
};

TEST_F(DisconnectParentTest, EndsTheLoopOfAChildThatMayOutliveIt) {
  const platform::ExitStatus status = end_of_orphan({"0", FERRULE_PROBE_PROGRAM, "calls"});
  EXPECT_EQ(status.to_text(), "exit code 0");
}

TEST_F(DisconnectParentTest, EndsAChildThatDiesWithIt) {
  const platform::ExitStatus status = end_of_orphan({"1", FERRULE_PROBE_PROGRAM, "calls"});
  // By the kernel or by the end of its loop: whichever is faster.
  EXPECT_TRUE(status.is_success() || status.signal == SIGKILL) << status.to_text();
}

TEST_F(DisconnectParentTest, EndsAChildThatDoesNotListen) {
  const platform::ExitStatus status = end_of_orphan({"1", "/bin/sleep", "infinity"});
  EXPECT_EQ(status.signal, SIGKILL) << status.to_text();
}

}  // namespace
}  // namespace ferrule::test
