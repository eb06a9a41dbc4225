// SPDX-License-Identifier: Apache-2.0
//
// What is promised when a child process dies: everybody who waits is told, once, after all that the
// child had sent; and nothing of it stays behind.
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "probe.idl.h"
#include "support/io_loop.h"
#include "support/process_counts.h"

namespace ferrule::test {
namespace {

/// A child with a probe, and all that this process has to do with it.
struct Child {
  Child() {
    probe.set_disconnect_handler([this](const Error& reason) {
      EXPECT_EQ(reason.code(), make_error_code(Errc::kDisconnected));
      ++num_disconnects;
      events.emplace_back("probe disconnected");
    });
    process.connection().set_closed_handler([this](const Error& reason) {
      EXPECT_EQ(reason.code(), make_error_code(Errc::kDisconnected)) << reason.message();
      ++num_closed;
    });
    process.async_wait([this](error_code error, ExitStatus status) {
      if (!error) exit_status = status;
    });
  }

  void run_until(const std::function<bool()>& is_done) { test::run_until(io, is_done); }
  void run_until_all_is_known() {
    run_until([this] { return num_closed > 0 && num_disconnects > 0 && exit_status.has_value(); });
    run_ready(io);
  }
  void add(int32_t a, int32_t b) {
    probe->Add(a, b, [this](error_code error, int32_t sum) {
      events.push_back(error ? "Add failed" : "sum " + std::to_string(sum));
    });
  }
  void hang() {
    probe->Hang([this](error_code error) {
      EXPECT_EQ(error, Errc::kDisconnected);
      events.emplace_back("Hang failed");
    });
  }

  boost::asio::io_context io{1};
  Runtime runtime{io.get_executor()};
  ChildProcess process = runtime.launch({.program = FERRULE_PROBE_PROGRAM}).value();
  Remote<Probe> probe{process.connection().request<Probe>(), io.get_executor()};

  std::vector<std::string> events;
  int num_disconnects = 0;
  int num_closed = 0;
  std::optional<ExitStatus> exit_status;
};

/// Returns when the child has sent all answers to what was asked so far; nothing of it is read.
void wait_until_answers_are_sent(Child& child) {
  // The answers of a batch leave at its end, and the second Touch cannot be in the first one's
  // batch.
  for (int i = 0; i < 2; ++i) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd read_end(ends[0]);
    child.probe->Touch(UniqueFd(ends[1]));
    char byte = 0;
    ASSERT_EQ(::read(read_end.get(), &byte, 1), 1);
  }
}

/// Returns when the process has ended; it stays to be collected.
void kill_and_wait(pid_t id) {
  ASSERT_EQ(::kill(id, SIGKILL), 0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(id), &info, WEXITED | WNOWAIT), 0);
}

TEST(DisconnectChildTest, FailsTheCallsThatWaitThenTellsTheHandlerOnce) {
  Child child;
  child.add(1, 2);
  child.run_until([&] { return !child.events.empty(); });
  for (int i = 0; i < 3; ++i) child.hang();
  run_ready(child.io);

  ASSERT_TRUE(child.process.kill().ok());
  child.run_until_all_is_known();
  EXPECT_THAT(child.events, ::testing::ElementsAre("sum 3", "Hang failed", "Hang failed",
                                                   "Hang failed", "probe disconnected"));
  EXPECT_EQ(child.num_disconnects, 1);
  EXPECT_EQ(child.num_closed, 1);
  EXPECT_EQ(child.exit_status, (ExitStatus{0, SIGKILL})) << child.exit_status->to_text();
  EXPECT_EQ(child.exit_status->to_text(), "killed by signal 9 (Killed)");
  EXPECT_FALSE(child.process.connection().is_open());

  child.hang();
  child.run_until([&] { return child.events.size() == 6; });
  EXPECT_EQ(child.num_disconnects, 1) << "a call that comes too late fails by itself";
}

class CountingObserver final : public ProbeObserver {
 public:
  int32_t num_events = 0;

 private:
  void OnEvent(int32_t number, std::string /*text*/) override { EXPECT_EQ(number, num_events++); }
};

TEST(DisconnectChildTest, HandlesFirstAllThatTheChildHadSent) {
  Child child;
  CountingObserver observer;
  std::optional<int32_t> num_events_at_the_end;
  Receiver<ProbeObserver> receiver(observer);
  auto pending = receiver.bind_new_pipe(child.runtime, child.io.get_executor());
  receiver.set_disconnect_handler([&] {
    EXPECT_FALSE(num_events_at_the_end);
    num_events_at_the_end = observer.num_events;
  });
  child.add(0, 0);
  child.run_until([&] { return !child.events.empty(); });

  child.hang();
  child.probe->Watch(std::move(pending), 300);
  for (int32_t i = 1; i < 4; ++i) child.add(i, i);
  wait_until_answers_are_sent(child);
  kill_and_wait(child.process.id());
  EXPECT_EQ(observer.num_events, 0) << "all of it is still in the socket";

  child.run_until_all_is_known();
  child.run_until([&] { return num_events_at_the_end.has_value(); });
  EXPECT_EQ(num_events_at_the_end, 300);
  EXPECT_THAT(child.events, ::testing::ElementsAre("sum 0", "sum 2", "sum 4", "sum 6",
                                                   "Hang failed", "probe disconnected"));
}

TEST(DisconnectChildTest, KeepsWhatArrivedForWhoBindsLater) {
  Child child;
  auto pipe = child.runtime.make_pipe<ProbeObserver>();
  child.probe->Watch(PendingRemote<ProbeObserver>(pipe.remote.take_end()), 100);
  child.add(1, 1);
  child.run_until([&] { return !child.events.empty(); });
  ASSERT_TRUE(child.process.kill().ok());
  child.run_until_all_is_known();

  CountingObserver observer;
  bool is_disconnected = false;
  Receiver<ProbeObserver> receiver(observer, std::move(pipe.receiver), child.io.get_executor());
  receiver.set_disconnect_handler([&] { is_disconnected = true; });
  child.run_until([&] { return is_disconnected; });
  EXPECT_EQ(observer.num_events, 100);
}

TEST(DisconnectChildTest, IsToldWhenTheChildDiesOfItself) {
  Child child;
  child.hang();
  child.probe->Die();
  child.run_until_all_is_known();
  EXPECT_THAT(child.events, ::testing::ElementsAre("Hang failed", "probe disconnected"));
  EXPECT_EQ(child.exit_status->to_text(), "exit code 7");
}

TEST(DisconnectChildTest, IsToldWhenTheChildIsKilledBeforeItSpoke) {
  Child child;
  child.hang();
  kill_and_wait(child.process.id());
  child.run_until_all_is_known();
  EXPECT_THAT(child.events, ::testing::ElementsAre("Hang failed", "probe disconnected"));
}

TEST(DisconnectChildTest, ToleratesThatTheHandlerDestroysEverything) {
  auto child = std::make_unique<Child>();
  bool is_gone = false;
  child->hang();
  child->probe.set_disconnect_handler([&] {
    child->probe.reset();
    child->process = ChildProcess();
    is_gone = true;
  });
  ASSERT_TRUE(child->process.kill().ok());
  child->run_until([&] { return is_gone; });
  run_ready(child->io);
}

// ---- nothing stays behind -----------------------------------------------------------------------

/// The same death many times; what the process holds at the end is what it held after the first.
void expect_nothing_left(const std::function<void(int round)>& play) {
  constexpr int kNumRounds = 16;
  for (int round = 0; round < 2; ++round) play(round);
  const ProcessCounts before = count_process();
  const size_t num_mappings_before = count_mappings();
  for (int round = 0; round < kNumRounds; ++round) play(round);
  EXPECT_EQ(count_process(), before);
  EXPECT_LT(count_mappings(), num_mappings_before + kNumRounds) << "one more for each round";
}

TEST(DisconnectChildTest, CountsWhatAChildCosts) {
  const ProcessCounts before = count_process();
  const Child child;
  const ProcessCounts during = count_process();
  EXPECT_EQ(during.num_children, before.num_children + 1);
  EXPECT_GT(during.num_descriptors, before.num_descriptors);
}

TEST(DisconnectChildTest, LeavesNothingBehindOfCallsThatWaited) {
  expect_nothing_left([](int) {
    Child child;
    for (int i = 0; i < 10; ++i) child.hang();
    child.add(1, 1);
    child.run_until([&] { return !child.events.empty(); });
    ASSERT_TRUE(child.process.kill().ok());
    child.run_until_all_is_known();
    EXPECT_EQ(child.events.size(), 12U);
  });
}

TEST(DisconnectChildTest, LeavesNothingBehindOfADeathThatNobodyWaitedFor) {
  expect_nothing_left([](int round) {
    Child child;
    child.hang();
    if (round % 2 == 0) kill_and_wait(child.process.id());
  });
}

TEST(DisconnectChildTest, LeavesNothingBehindOfLargeMessagesUnderWay) {
  const std::vector<uint8_t> bytes(size_t{5} << 20, 7);
  expect_nothing_left([&bytes](int round) {
    Child child;
    constexpr int kNumCalls = 6;
    int num_completed = 0;
    int num_echoes = 0;
    for (int i = 0; i < kNumCalls; ++i) {
      child.probe->EchoBytes(bytes, [&](error_code error, const Bytes& echo) {
        EXPECT_EQ(child.num_disconnects, 0);
        ++num_completed;
        if (error) {
          EXPECT_EQ(error, Errc::kDisconnected);
        } else {
          EXPECT_TRUE(std::ranges::equal(echo, bytes));
          ++num_echoes;
        }
      });
    }
    // Killed at another moment each time: with some answers here and others on the way.
    child.run_until([&] { return num_echoes >= round % kNumCalls; });
    ASSERT_TRUE(child.process.kill().ok());
    child.run_until_all_is_known();
    EXPECT_EQ(num_completed, kNumCalls);
    EXPECT_EQ(child.num_disconnects, 1);
    EXPECT_EQ(child.num_closed, 1);
  });
}

TEST(DisconnectChildTest, LeavesNothingBehindOfPipesThatWereOnTheWay) {
  expect_nothing_left([](int round) {
    Child child;
    std::vector<Remote<Probe>> clones(4);
    int num_disconnects = 0;
    for (Remote<Probe>& clone : clones) {
      child.probe->Clone(clone.bind_new_pipe(child.runtime, child.io.get_executor()));
      clone.set_disconnect_handler([&] { ++num_disconnects; });
    }
    if (round % 2 == 0) {
      child.add(1, 1);
      child.run_until([&] { return !child.events.empty(); });
    }
    ASSERT_TRUE(child.process.kill().ok());
    child.run_until_all_is_known();
    child.run_until([&] { return num_disconnects == 4; });
    child.probe.reset();
    clones.clear();
    EXPECT_EQ(child.runtime.num_ports(), 0U);
  });
}

}  // namespace
}  // namespace ferrule::test
