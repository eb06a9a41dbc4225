// SPDX-License-Identifier: Apache-2.0
//
// Executors of one process that wait for each other. Each has a thread; when the circle was told
// of, the pipes break, or nobody would ever go on.
#include <fcntl.h>
#include <functional>
#include <future>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/base/unique_fd.h"
#include "ferrule/bindings/associated_receiver.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/sync_watch.h"
#include "ferrule/bindings/testing/test_pipes.h"
#include "ferrule/bindings/use_sync.h"

#include "ping.idl.h"

namespace ferrule::test {
namespace {

using ferrule::testing::PipeFaults;
using ferrule::testing::TestPipes;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// An executor with a thread of its own, a ping on it, and the ping that it calls.
class Party final : public Ping {
 public:
  Party() : thread_([this] { io_.run(); }) {}
  ~Party() override {
    run([this] {
      remote.reset();
      receiver.reset();
      reply_ = {};
    });
    work_.reset();
    thread_.join();
  }

  void run(std::function<void()> body) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      body();
      done.set_value();
    });
    done.get_future().wait();
  }
  void begin(std::function<void()> body) { boost::asio::post(io_, std::move(body)); }
  boost::asio::any_io_executor executor() { return io_.get_executor(); }

  Remote<Ping> remote;
  Receiver<Ping> receiver{*this};
  bool answers_first = false;
  std::function<void()> on_call = [] {};

 private:
  void Descend(int32_t depth, Reply<int32_t> reply) override {
    on_call();
    reply(depth);
  }
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override {
    if (answers_first) reply(a + b);
    on_call();
    if (reply) reply(a + b);
  }
  void Nothing(Reply<> reply) override { reply(); }
  void Hang(Reply<> reply) override { reply_ = std::move(reply); }
  void SetOther(PendingRemote<Ping> /*other*/) override {}
  void Both(int32_t /*a*/, std::string /*b*/, Reply<int32_t, std::string> /*reply*/) override {}
  void Chatter(int32_t /*num_notes*/, Reply<> /*reply*/) override {}
  void Leave(Reply<> /*reply*/) override {}
  void Note(int32_t /*number*/) override {}
  void OpenBeside(PendingAssociatedReceiver<Ping> /*beside*/) override {}

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  Reply<> reply_;
  std::thread thread_;
};

/// What the library logs, in the place of standard error.
class LogReader {
 public:
  LogReader() {
    int ends[2] = {};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    reader_.reset(ends[0]);
    const UniqueFd writer(ends[1]);
    EXPECT_GE(::dup2(writer.get(), STDERR_FILENO), 0);
  }
  ~LogReader() { ::dup2(standard_error_.get(), STDERR_FILENO); }

  void wait_for_a_line() { take_more(); }
  std::vector<std::string> lines() {
    ::fcntl(reader_.get(), F_SETFL, O_NONBLOCK);
    while (take_more()) continue;
    std::istringstream all(text_);
    std::vector<std::string> lines;
    for (std::string line; std::getline(all, line);) lines.push_back(line);
    return lines;
  }

 private:
  bool take_more() {
    char bytes[4096];
    const ssize_t count = ::read(reader_.get(), bytes, sizeof(bytes));
    if (count > 0) text_.append(bytes, static_cast<size_t>(count));
    return count > 0;
  }

  const UniqueFd standard_error_{::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)};
  UniqueFd reader_;
  std::string text_;
};

class SyncCircleTest : public ::testing::Test {
 protected:
  SyncCircleTest() { set_sync_patience(std::chrono::hours(1)); }
  ~SyncCircleTest() override { set_sync_patience(Clock::Duration::zero()); }

  void connect(Party& caller, Party& service) {
    auto faulty = pipes_.make_faulty<Ping>();
    caller.run([&] { caller.remote.bind(std::move(faulty.pipe.remote), caller.executor()); });
    service.run(
        [&] { service.receiver.bind(std::move(faulty.pipe.receiver), service.executor()); });
    faults_.push_back(std::move(faulty.to_receiver));
    faults_.push_back(std::move(faulty.to_remote));
  }
  void break_all() {
    for (PipeFaults& each : faults_) each.disconnect_after(0);
  }
  void break_when_told() {
    log_.wait_for_a_line();
    break_all();
  }
  std::vector<std::string> lines() { return log_.lines(); }

  LogReader log_;
  TestPipes pipes_;
  std::vector<PipeFaults> faults_;
};

// When the circle breaks, one of them fails, and the others may get their answers then.
void call_add(Party& party) { static_cast<void>(party.remote->Add(1, 2, use_sync)); }
void call_descend(Party& party) { static_cast<void>(party.remote->Descend(1, use_sync)); }

std::string told(const std::string& circle) {
  return "ferrule: warning: synchronous calls wait for each other: " + circle +
         ". None of them ends but by a deadline or with its pipe.";
}

constexpr const char* kAdd = "ferrule.test.Ping.Add (which lets no requests in)";

TEST_F(SyncCircleTest, TwoThatLetNobodyInWaitForEachOther) {
  Party a;
  Party b;
  connect(a, b);
  connect(b, a);
  // Neither is served before both are under way.
  for (PipeFaults& each : faults_) each.hold();
  a.begin([&a] { call_add(a); });
  b.begin([&b] { call_add(b); });
  const auto num_sent = [this] { return faults_[0].num_sent() + faults_[2].num_sent(); };
  while (num_sent() < 2) std::this_thread::yield();
  for (PipeFaults& each : faults_) each.release();
  break_when_told();
  a.run([] {});
  b.run([] {});
  EXPECT_THAT(lines(),
              ElementsAre(told(std::string(kAdd) + " -> " + kAdd + " -> " + std::string(kAdd))));
}

TEST_F(SyncCircleTest, AServiceCallsBackToOneThatLetsNobodyIn) {
  Party a;
  Party b;
  connect(a, b);
  connect(b, a);
  b.on_call = [&b] { call_descend(b); };
  a.begin([&a] { call_add(a); });
  break_when_told();
  a.run([] {});
  b.run([] {});
  const std::string descend = "ferrule.test.Ping.Descend";
  EXPECT_THAT(lines(), ElementsAre(AnyOf(told(std::string(kAdd) + " -> " + descend + " -> " + kAdd),
                                         told(descend + " -> " + kAdd + " -> " + descend))));
}

TEST_F(SyncCircleTest, ThreeInARing) {
  Party parties[3];
  for (int i = 0; i < 3; ++i) connect(parties[i], parties[(i + 1) % 3]);
  parties[1].on_call = [&] { call_add(parties[1]); };
  parties[2].on_call = [&] { call_descend(parties[2]); };
  parties[0].begin([&] { call_add(parties[0]); });
  break_when_told();
  for (Party& each : parties) each.run([] {});
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_THAT(lines()[0], ::testing::HasSubstr(std::string(kAdd) + " -> " + kAdd));
  EXPECT_THAT(lines()[0], ::testing::HasSubstr("ferrule.test.Ping.Descend"));
}

TEST_F(SyncCircleTest, OneThatCallsItself) {
  Party a;
  connect(a, a);
  a.begin([&a] { call_add(a); });
  break_when_told();
  a.run([] {});
  EXPECT_THAT(lines(), ElementsAre(told(std::string(kAdd) + " -> " + kAdd)));
}

TEST_F(SyncCircleTest, ThoseThatServeEachOtherAreNoCircle) {
  Party a;
  Party b;
  connect(a, b);
  connect(b, a);
  b.on_call = [&b] { EXPECT_TRUE(b.remote->Descend(1, use_sync).ok()); };
  for (int i = 0; i < 200; ++i) a.run([&a] { EXPECT_TRUE(a.remote->Descend(2, use_sync).ok()); });
  EXPECT_THAT(lines(), IsEmpty());
}

// The answer is on its way when the service calls back.
TEST_F(SyncCircleTest, WhatIsAnsweredIsWaitedForByNobody) {
  Party a;
  Party b;
  connect(a, b);
  connect(b, a);
  b.answers_first = true;
  b.on_call = [&b] { EXPECT_TRUE(b.remote->Descend(1, use_sync).ok()); };
  for (size_t i = 1; i <= 30; ++i) {
    faults_[1].hold();
    a.begin([&a] { EXPECT_TRUE(a.remote->Add(1, 2, use_sync).ok()); });
    while (faults_[2].num_sent() < i) std::this_thread::yield();
    for (int turn = 0; turn < 200; ++turn) std::this_thread::yield();  // both fall asleep
    faults_[1].release();
    a.run([] {});
    b.run([] {});
  }
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(SyncCircleTest, ALineIsNoCircle) {
  Party parties[3];
  for (int i = 0; i < 2; ++i) connect(parties[i], parties[i + 1]);
  parties[1].on_call = [&] { EXPECT_FALSE(parties[1].remote->Hang(use_sync).ok()); };
  parties[0].begin([&] { EXPECT_FALSE(parties[0].remote->Add(1, 2, use_sync).ok()); });
  // The last one has the request, and could answer at any time.
  parties[2].run([] {});
  break_all();
  for (Party& each : parties) each.run([] {});
  EXPECT_THAT(lines(), IsEmpty());
}

}  // namespace
}  // namespace ferrule::test
