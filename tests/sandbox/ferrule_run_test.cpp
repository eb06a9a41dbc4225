// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/confined_probe.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Said {
  int code = -1;
  std::string text;
};

/// Runs a line of shell in which $RUN and $PS are the programs. Both streams are heard.
Said shell(const std::string& line) {
  const std::string command = "RUN='" FERRULE_RUN "'; PS='" FERRULE_PS "'; exec 2>&1; " + line;
  FILE* const pipe = ::popen(command.c_str(), "re");
  Said said;
  std::array<char, 4096> bytes{};
  for (size_t count = 0; (count = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0;) {
    said.text.append(bytes.data(), count);
  }
  const int status = ::pclose(pipe);
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

TEST(FerruleRunTest, EndsAsTheProgramEnds) {
  EXPECT_EQ(shell("$RUN --sandbox none -- sh -c 'exit 7'").code, 7);
  EXPECT_EQ(shell("$RUN --sandbox none sh -c 'kill -TERM $$'").code, 128 + SIGTERM);
  EXPECT_EQ(shell("$RUN --sandbox utility sh -c 'exit 7'").code, 7);
}

TEST(FerruleRunTest, PassesWhatIsReadAndWritten) {
  const Said said = shell("echo through | $RUN --sandbox decoder cat");
  EXPECT_EQ(said.text, "through\n");
  EXPECT_EQ(said.code, 0);
}

TEST(FerruleRunTest, NamesTheCallThatKilled) {
  const Said said = shell("$RUN --sandbox renderer -- sh -c 'true & wait'");
  EXPECT_THAT(said.text, HasSubstr("the sandbox refused "));
  EXPECT_EQ(said.code, 128 + SIGSYS);
}

TEST(FerruleRunTest, LetsAFirstProcessDieOfItsFaults) {
  if (const char* reason = reason_to_skip()) GTEST_SKIP() << reason;
  // The first process of a pid namespace is spared signals; not this one.
  const Said said = shell("ulimit -c 0; $RUN --sandbox decoder " FERRULE_SANDBOX_PROBE " fault");
  EXPECT_EQ(said.code, 128 + SIGSEGV) << said.text;
}

TEST(FerruleRunTest, TakesAPolicyFromAFile) {
  const TemporaryFolder folder;
  const std::string file = folder.file("policy");
  std::ofstream(file) << "# what a test may\npreset decoder\nmemory 64M\nread /etc/hostname\n";
  const Said shown = shell("$RUN --show --sandbox " + file);
  EXPECT_THAT(shown.text, HasSubstr("memory 67108864\n"));
  EXPECT_THAT(shown.text, HasSubstr("read /etc/hostname\n"));

  const std::string run = "$RUN --sandbox " + file + " -- cat ";
  EXPECT_EQ(shell(run + "/etc/hostname").code, 0);
  EXPECT_THAT(shell(run + "/etc/passwd").text, HasSubstr("/etc/passwd: "));
  EXPECT_NE(shell(run + "/etc/passwd").code, 0);
}

TEST(FerruleRunTest, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string file = folder.file("policy");
  std::ofstream(file) << "preset renderer\nlayer seccop off\n";
  Said said = shell("$RUN --sandbox " + file + " true");
  EXPECT_EQ(said.code, 125);
  EXPECT_THAT(said.text, HasSubstr("policy: policy, line 2: there is no layer \"seccop\""));
  said = shell("$RUN --sandbox nothing true");
  EXPECT_EQ(said.code, 125);
  EXPECT_THAT(said.text, HasSubstr("none, utility, network, renderer, decoder"));
  said = shell("$RUN --sandbox none no-such-program-anywhere");
  EXPECT_EQ(said.code, 125);
  EXPECT_THAT(said.text, HasSubstr("no-such-program-anywhere"));
  EXPECT_EQ(shell("$RUN true").code, 125);
}

TEST(FerruleRunTest, GivesTheProgramNoDescriptorButTheStandardOnes) {
  const Said said = shell("$RUN --sandbox none ls /proc/self/fd 5</etc/passwd 9</etc/passwd");
  EXPECT_EQ(said.text, "0\n1\n2\n3\n") << "3 is the listing's own";
}

TEST(FerruleRunTest, TellsWhichLayersAreInForce) {
  const Said said = shell("$RUN --report --sandbox decoder true");
  EXPECT_THAT(said.text, HasSubstr("seccomp: in force\n"));
  EXPECT_THAT(said.text, HasSubstr("no-new-privileges: in force\n"));
}

TEST(FerrulePsTest, ShowsTheLayersAroundAProcess) {
  // cat says nothing, but it can be heard to run: what goes in comes out.
  const Said said = shell(
      "d=$(mktemp -d); mkfifo $d/in $d/out; "
      "$RUN --sandbox decoder cat <$d/in >$d/out & "
      "exec 7>$d/in 8<$d/out; echo ready >&7; read word <&8; $PS $$; "
      "exec 7>&-; wait; rm -r $d");
  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.text, ::testing::ContainsRegex("cat  .*no-new-privileges.*seccomp"));
}

TEST(FerrulePsTest, SaysThatThereIsNoSuchProcess) {
  const Said said = shell("$PS 2147483647");
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.text, HasSubstr("there is no process 2147483647"));
  EXPECT_EQ(shell("$PS").code, 2);
}

}  // namespace
}  // namespace ferrule::test
