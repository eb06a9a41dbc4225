// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/process.h"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "unit/platform/descriptor_table.h"

namespace ferrule::platform {
namespace {

ProcessOptions shell(std::string script) {
  ProcessOptions options;
  options.program = "/bin/sh";
  options.arguments = {"sh", "-c", std::move(script)};
  return options;
}

ExitStatus run(ProcessOptions options) {
  Result<Process> process = Process::start(std::move(options));
  EXPECT_TRUE(process) << process.error().message();
  const Result<ExitStatus> status = process->wait();
  EXPECT_TRUE(status) << status.error().message();
  return *status;
}

std::string read_all(const UniqueFd& fd) {
  std::string text;
  char bytes[512];
  for (ssize_t count = 0; (count = ::read(fd.get(), bytes, sizeof(bytes))) > 0;) {
    text.append(bytes, static_cast<size_t>(count));
  }
  return text;
}

std::string output_of(ProcessOptions options) {
  Pipe pipe = make_pipe();
  options.standard_output = std::move(pipe.write_end);
  Result<Process> process = Process::start(std::move(options));
  EXPECT_TRUE(process) << process.error().message();
  std::string text = read_all(pipe.read_end);
  EXPECT_TRUE(process->wait());
  return text;
}

/// A program that runs until `keep_alive` is closed.
struct Waiting {
  UniqueFd keep_alive;
  ProcessOptions options;
};

Waiting waiting_program() {
  Pipe pipe = make_pipe();
  Waiting waiting;
  waiting.keep_alive = std::move(pipe.write_end);
  waiting.options.program = "/bin/cat";
  waiting.options.standard_input = std::move(pipe.read_end);
  return waiting;
}

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

TEST(ProcessTest, TellsHowItEnded) {
  EXPECT_EQ(run(shell("exit 0")), (ExitStatus{0, 0}));
  EXPECT_EQ(run(shell("exit 3")), (ExitStatus{3, 0}));
  EXPECT_EQ(run(shell("kill -9 $$")), (ExitStatus{0, SIGKILL}));
}

TEST(ProcessTest, PutsAnEndIntoWords) {
  EXPECT_EQ((ExitStatus{3, 0}).to_text(), "exit code 3");
  EXPECT_EQ((ExitStatus{0, SIGKILL}).to_text(), "killed by signal 9 (Killed)");
  EXPECT_TRUE((ExitStatus{0, 0}).is_success());
  EXPECT_FALSE((ExitStatus{0, SIGKILL}).is_success());
}

TEST(ProcessTest, SaysWhatKeptTheProgramFromStarting) {
  const long before = count_open_descriptors();
  const Result<Process> process = Process::start({.program = "/no/such/program"});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().code(), Errc::kLaunchFailed);
  EXPECT_EQ(process.error().message(),
            "cannot start /no/such/program: execve: No such file or directory");
  EXPECT_EQ(count_open_descriptors(), before);
  EXPECT_FALSE(has_children());
}

TEST(ProcessTest, AFailedStartClosesTheDescriptorsToo) {
  const long before = count_open_descriptors();
  ProcessOptions options{.program = "/"};
  options.descriptors.push_back(make_pipe().read_end);
  options.standard_error = make_pipe().write_end;
  EXPECT_FALSE(Process::start(std::move(options)));
  EXPECT_EQ(count_open_descriptors(), before);
}

TEST(ProcessTest, PassesArgumentsAndEnvironment) {
  ProcessOptions options = shell("echo \"$0 $1 $NAME $HOME\"");
  options.arguments.insert(options.arguments.end(), {"zero", "one"});
  options.environment = {"NAME=value"};
  EXPECT_EQ(output_of(std::move(options)), "zero one value \n");
}

TEST(ProcessTest, WithoutOptionsInheritsTheEnvironment) {
  ASSERT_EQ(::setenv("FERRULE_PROCESS_TEST", "here", 1), 0);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(output_of(shell("echo $FERRULE_PROCESS_TEST")), "here\n");
}

// Runs a program that says hello through each of its descriptors, which stand at `lowest` and above
// here, in the wrong order.
void expect_descriptors_in_order(int lowest) {
  constexpr size_t kCount = 6;
  std::vector<UniqueFd> read_ends;
  ProcessOptions options = shell("for i in 3 4 5 6 7 8; do eval \"echo $i >&$i\"; done");
  for (size_t i = 0; i < kCount; ++i) {
    const Pipe pipe = make_pipe();
    read_ends.emplace(read_ends.begin(), ::fcntl(pipe.read_end.get(), F_DUPFD_CLOEXEC, lowest));
    options.descriptors.emplace(options.descriptors.begin(),
                                ::fcntl(pipe.write_end.get(), F_DUPFD_CLOEXEC, lowest));
  }
  EXPECT_TRUE(run(std::move(options)).is_success());
  for (size_t i = 0; i < kCount; ++i) {
    EXPECT_EQ(read_all(read_ends[i]), std::to_string(i + 3) + "\n");
  }
}

TEST(ProcessTest, GivesDescriptorsInTheirOrderWhenTheyOverlap) { expect_descriptors_in_order(3); }

TEST(ProcessTest, GivesDescriptorsInTheirOrderFromFarAway) { expect_descriptors_in_order(60); }

TEST(ProcessTest, InheritsNothingElse) {
  // Without close-on-exec, as code of others opens them.
  const UniqueFd stray(::fcntl(STDIN_FILENO, F_DUPFD, 50));
  ASSERT_TRUE(stray);
  EXPECT_TRUE(run(shell("! test -e /proc/self/fd/" + std::to_string(stray.get()))).is_success());
}

TEST(ProcessTest, ReplacesTheStandardStreams) {
  Pipe input = make_pipe();
  Pipe errors = make_pipe();
  ASSERT_EQ(::write(input.write_end.get(), "hello\n", 6), 6);
  input.write_end.reset();
  ProcessOptions options = shell("read word; echo $word >&2; echo out");
  options.standard_input = std::move(input.read_end);
  options.standard_error = std::move(errors.write_end);
  EXPECT_EQ(output_of(std::move(options)), "out\n");
  EXPECT_EQ(read_all(errors.read_end), "hello\n");
}

TEST(ProcessTest, TryWaitDoesNotWait) {
  Waiting waiting = waiting_program();
  Result<Process> process = Process::start(std::move(waiting.options));
  ASSERT_TRUE(process);
  Result<std::optional<ExitStatus>> status = process->try_wait();
  ASSERT_TRUE(status);
  EXPECT_FALSE(status->has_value());

  waiting.keep_alive.reset();
  pollfd ended{process->descriptor().get(), POLLIN, 0};
  ASSERT_EQ(::poll(&ended, 1, -1), 1);
  for (int i = 0; i < 2; ++i) {
    status = process->try_wait();
    ASSERT_TRUE(status);
    ASSERT_TRUE(status->has_value());
    EXPECT_TRUE((*status)->is_success());
  }
}

TEST(ProcessTest, SendsSignalsAlsoWhenItIsTooLate) {
  Waiting waiting = waiting_program();
  Result<Process> process = Process::start(std::move(waiting.options));
  ASSERT_TRUE(process);
  EXPECT_TRUE(process->send_signal(SIGTERM));
  const Result<ExitStatus> status = process->wait();
  ASSERT_TRUE(status);
  EXPECT_EQ(*status, (ExitStatus{0, SIGTERM}));
  EXPECT_TRUE(process->send_signal(SIGTERM));
}

TEST(ProcessTest, RefusesASignalThatDoesNotExist) {
  Waiting waiting = waiting_program();
  Result<Process> process = Process::start(std::move(waiting.options));
  ASSERT_TRUE(process);
  EXPECT_FALSE(process->send_signal(12345));
}

TEST(ProcessTest, BearsThatSomebodyElseCollectedIt) {
  Result<Process> process = Process::start(shell("exit 3"));
  ASSERT_TRUE(process);
  ASSERT_EQ(::waitpid(process->id(), nullptr, 0), process->id());
  EXPECT_TRUE(process->send_signal(SIGTERM));
  EXPECT_FALSE(process->wait());
}

TEST(ProcessTest, GoesWithItsOwner) {
  const long before = count_open_descriptors();
  {
    Waiting one = waiting_program();
    Waiting two = waiting_program();
    Result<Process> first = Process::start(std::move(one.options));
    Result<Process> second = Process::start(std::move(two.options));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(is_close_on_exec(first->descriptor()));
    const pid_t killed = first->id();
    *first = std::move(second).value();
    EXPECT_EQ(::kill(killed, 0), -1);
    EXPECT_EQ(::kill(first->id(), 0), 0);
  }
  EXPECT_FALSE(has_children());
  EXPECT_EQ(count_open_descriptors(), before);
}

TEST(ProcessTest, IsCollectedAlsoThroughADescriptorThatDoesNotBlock) {
  Waiting waiting = waiting_program();
  {
    const Result<Process> process = Process::start(std::move(waiting.options));
    ASSERT_TRUE(process);
    // As an event loop leaves it that waits for it.
    ASSERT_EQ(::fcntl(process->descriptor().get(), F_SETFL, O_NONBLOCK), 0);
  }
  EXPECT_FALSE(has_children());
}

std::string signal_sets_of_child() {
  ProcessOptions options;
  options.program = "/bin/grep";
  options.arguments = {"grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"};
  return output_of(std::move(options));
}

TEST(ProcessTest, StartsWithTheMaskOfTheThreadAndOrdinarySignals) {
  struct sigaction pipe_before {};
  struct sigaction hangup_before {};
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ASSERT_EQ(::sigaction(SIGPIPE, &ignore, &pipe_before), 0);
  ASSERT_EQ(::sigaction(SIGHUP, &ignore, &hangup_before), 0);
  sigset_t user;
  sigset_t mask_before;
  sigemptyset(&user);
  sigaddset(&user, SIGUSR1);
  ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, &user, &mask_before), 0);

  const std::string sets = signal_sets_of_child();

  sigset_t mask_after;
  ::pthread_sigmask(SIG_SETMASK, &mask_before, &mask_after);
  struct sigaction pipe_after {};
  ::sigaction(SIGHUP, &hangup_before, nullptr);
  ::sigaction(SIGPIPE, &pipe_before, &pipe_after);
  // SIGUSR1 is 10, SIGHUP is 1 (nohup asks for it), SIGPIPE would be 13.
  EXPECT_NE(sets.find("SigBlk:\t0000000000000200"), std::string::npos) << sets;
  EXPECT_NE(sets.find("SigIgn:\t0000000000000001"), std::string::npos) << sets;
  EXPECT_EQ(sigismember(&mask_after, SIGUSR1), 1);
  EXPECT_EQ(sigismember(&mask_after, SIGUSR2), 0);
  EXPECT_EQ(pipe_after.sa_handler, SIG_IGN) << "starting a child changed its parent";
}

// A process between: it starts the child and is gone. The child holds a pipe to us until it dies.
TEST(ProcessTest, DiesWithItsParentIfItShall) {
  Waiting waiting = waiting_program();
  Pipe alive = make_pipe();
  waiting.options.dies_with_parent = true;
  waiting.options.descriptors.push_back(std::move(alive.write_end));
  const pid_t between = ::fork();
  ASSERT_GE(between, 0);
  if (between == 0) {
    const Result<Process> child = Process::start(std::move(waiting.options));
    ::_exit(child ? 0 : 1);
  }
  waiting.options = {};
  int status = -1;
  ASSERT_EQ(::waitpid(between, &status, 0), between);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(read_all(alive.read_end), "");
}

}  // namespace
}  // namespace ferrule::platform
