// SPDX-License-Identifier: Apache-2.0
//
// What is made of the page in which a program shows its status: by one that does it well, by one
// that was taken over, and by one that does not know of it.
#include "ferrule/service/last_call.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <latch>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/base/internal/status_page.h"
#include "ferrule/service/internal/status_of_child.h"
#include "ferrule/service/runtime.h"

#include "support/io_loop.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> to_texts(const std::vector<LastCall>& calls) {
  std::vector<std::string> texts;
  for (const LastCall& call : calls) texts.push_back(call.to_text());
  return texts;
}

// ---- written by another process -----------------------------------------------------------------

class LastCallTest : public ::testing::Test {
 protected:
  /// Of a program that writes this to its page and dies.
  std::vector<LastCall> calls_after(const status::Page& page) {
    std::ofstream(folder_.file("page"), std::ios::binary)
        .write(reinterpret_cast<const char*>(&page), sizeof(page));
    return calls_of("cat " + folder_.file("page") + " >&$FERRULE_STATUS; kill -SEGV $$");
  }
  std::vector<LastCall> calls_of(const std::string& command) {
    ChildProcess child =
        runtime_.launch({.program = "/bin/sh", .arguments = {"-c", command}}).value();
    bool has_ended = false;
    child.async_wait([&](error_code, ExitStatus status) {
      EXPECT_EQ(status.signal, SIGSEGV);
      has_ended = true;
    });
    run_until(io_, [&] { return has_ended; });
    return child.last_calls();
  }

  /// As a good program would have it: thread `i` in its call `order`.
  static void put(status::Page& page, size_t i, uint64_t order, const char* method,
                  uint32_t place = status::kInside) {
    page.format = status::kFormat;
    status::ThreadStatus& thread = page.threads[i];
    thread.order = order;
    thread.place = place;
    status::CallText& text = thread.texts[place & 1];
    std::strncpy(text.interface_name, "game.Board", sizeof(text.interface_name) - 1);
    std::strncpy(text.method, method, sizeof(text.method) - 1);
  }

  TemporaryFolder folder_;
  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
};

TEST_F(LastCallTest, IsNoneOfAProgramThatShowsNothing) {
  EXPECT_THAT(calls_of("kill -SEGV $$"), IsEmpty());
  EXPECT_THAT(calls_after({}), IsEmpty());
}

TEST_F(LastCallTest, ListsWhatIsInProgressTheLastOneFirst) {
  status::Page page{};
  put(page, 0, 3, "Move");
  put(page, 2, 9, "Undo", status::kSecondText);
  put(page, 7, 8, "Draw", status::kInside | status::kSecondText);
  EXPECT_THAT(to_texts(calls_after(page)), ElementsAre("in game.Board.Draw", "in game.Board.Move"));
}

TEST_F(LastCallTest, IsTheOneBegunLastIfNoneIsInProgress) {
  status::Page page{};
  put(page, 0, 3, "Move", 0);
  put(page, 1, 9, "Undo", 0);
  EXPECT_THAT(to_texts(calls_after(page)), ElementsAre("after game.Board.Undo"));
}

TEST_F(LastCallTest, TakesNoTextThatCouldCommandATerminal) {
  status::Page page{};
  put(page, 0, 1, "\x1b[2J\n\xff\x9b");
  EXPECT_THAT(to_texts(calls_after(page)), ElementsAre("in game.Board.?[2J???"));
}

TEST_F(LastCallTest, ReadsNoTextBeyondItsEnd) {
  status::Page page{};
  put(page, 0, 1, "Move");
  std::memset(page.threads[0].texts, 'x', sizeof(page.threads[0].texts));
  const std::vector<LastCall> calls = calls_after(page);
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].interface_name, std::string(79, 'x'));
  EXPECT_EQ(calls[0].method, std::string(39, 'x'));
}

TEST_F(LastCallTest, BelievesNoMarkThatItDoesNotKnow) {
  status::Page page{};
  put(page, 0, 1, "Move");
  page.threads[0].place = 0xffff'ffff;
  EXPECT_THAT(calls_after(page), IsEmpty());
  put(page, 0, 1, "Move");
  page.format = 2;
  EXPECT_THAT(calls_after(page), IsEmpty());
}

TEST_F(LastCallTest, BearsWhateverAProgramWrites) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 20; ++i) {
    std::array<unsigned char, sizeof(status::Page)> bytes{};
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<unsigned char>(random()); });
    status::Page page{};
    std::memcpy(&page, bytes.data(), bytes.size());
    page.format = status::kFormat;
    for (status::ThreadStatus& thread : page.threads) thread.place &= 3;
    for (const std::string& text : to_texts(calls_after(page))) {
      EXPECT_THAT(text, Each(AllOf(::testing::Ge(' '), ::testing::Le('~'))));
    }
  }
}

TEST_F(LastCallTest, OutlivesAProgramThatTriesToShrinkItsPage) {
  EXPECT_THAT(calls_of("truncate -s 0 /proc/self/fd/$FERRULE_STATUS 2>/dev/null; kill -SEGV $$"),
              IsEmpty());
}

// ---- written by this one ------------------------------------------------------------------------

/// There is one page for the whole process, so all tests here share it.
std::vector<std::string> own_calls() {
  return to_texts(service::calls_shown_in(*status::shown_page.load()));
}

TEST(StatusPageTest, ShowsTheCallThatOneLeadsBackTo) {
  service::show_own_status();
  {
    const status::CallScope scope;
    status::note_call("game.Board", "Move");
    EXPECT_THAT(own_calls(), ElementsAre("in game.Board.Move"));
    {
      const status::CallScope inner;
      EXPECT_THAT(own_calls(), ElementsAre("in game.Board.Move")) << "nothing was begun";
      status::note_call("game.Player", "Name");
      EXPECT_THAT(own_calls(), ElementsAre("in game.Player.Name"));
    }
    EXPECT_THAT(own_calls(), ElementsAre("in game.Board.Move"));
  }
  EXPECT_THAT(own_calls(), ElementsAre("after game.Board.Move"));
}

TEST(StatusPageTest, CutsLongNames) {
  service::show_own_status();
  static const std::string kLong(300, 'a');
  const status::CallScope scope;
  status::note_call(kLong, kLong.c_str());
  EXPECT_THAT(own_calls(), ElementsAre("in " + std::string(79, 'a') + "." + std::string(39, 'a')));
}

TEST(StatusPageTest, ShowsThreadsAndForgetsThoseThatEnded) {
  service::show_own_status();
  for (int round = 0; round < 3; ++round) {
    constexpr int kMany = 40;  // more than there are places
    std::latch all_in(kMany);
    std::latch may_leave(1);
    std::vector<std::thread> threads;
    for (int i = 0; i < kMany; ++i) {
      threads.emplace_back([&] {
        const status::CallScope scope;
        status::note_call("game.Board", "Think");
        all_in.count_down();
        may_leave.wait();
      });
    }
    all_in.wait();
    const std::vector<std::string> calls = own_calls();
    may_leave.count_down();
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(calls, Each(std::string("in game.Board.Think")));
    EXPECT_GE(calls.size(), status::kNumThreads - 1) << "this thread may have a place, too";
    EXPECT_THAT(own_calls(), SizeIs(1)) << "none is in progress any more";
  }
}

}  // namespace
}  // namespace ferrule::test
