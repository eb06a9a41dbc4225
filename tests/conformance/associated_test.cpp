// SPDX-License-Identifier: Apache-2.0
//
// Several interfaces on one pipe: one order, one life less than the pipe's. Each case runs in every
// world.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "conformance/notebook_world.h"

namespace ferrule::test {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
constexpr auto kAsTuple = boost::asio::as_tuple(use_awaitable);

class RecordingReader final : public NotebookReader {
 public:
  std::vector<std::string> lines;

 private:
  void OnLine(std::string line) override { lines.push_back(std::move(line)); }
};

class AssociatedTest : public NotebookWorldTest {};
INSTANTIATE_TEST_SUITE_P(, AssociatedTest, ::testing::ValuesIn(all_worlds()), name_of_world);

TEST_P(AssociatedTest, KeepsOneOrderOverAllInterfaces) {
  const Remote<Notebook> notebook = open_notebook();
  AssociatedRemote<NotebookPage> left;
  AssociatedRemote<NotebookPage> right;
  notebook->Open(left.bind_new(executor()), "left");
  notebook->Open(right.bind_new(executor()), "right");
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    const std::string text = std::to_string(i);
    switch (i * 7 % 3) {
      case 0:
        notebook->Write(text);
        expected.push_back(text);
        break;
      case 1:
        left->Write(text);
        expected.push_back("left: " + text);
        break;
      default:
        right->Write(text);
        expected.push_back("right: " + text);
    }
  }
  world().run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await right->Count(use_awaitable), 200);
    EXPECT_EQ(co_await notebook->Read(use_awaitable), expected);
  });
}

TEST_P(AssociatedTest, CallsBeforeTheEndIsSentArriveRightBehindIt) {
  const Remote<Notebook> notebook = open_notebook();
  AssociatedRemote<NotebookPage> page;
  auto receiver = page.bind_new(executor());
  page->Write("early");
  notebook->Write("first");
  notebook->Open(std::move(receiver), "page");
  notebook->Write("last");
  world().run([&]() -> awaitable<void> {
    EXPECT_THAT(co_await notebook->Read(use_awaitable),
                ElementsAre("first", "page: early", "last"));
  });
}

TEST_P(AssociatedTest, IsMadeByTheOtherSideToo) {
  const Remote<Notebook> notebook = open_notebook();
  world().run([&]() -> awaitable<void> {
    AssociatedRemote<NotebookPage> page(co_await notebook->Make("made", use_awaitable), executor());
    page->Write("a");
    AssociatedRemote<NotebookPage> fork;
    page->Fork(fork.bind_new(executor()), "fork");
    fork->Write("b");
    page->Write("c");
    EXPECT_EQ(co_await fork->Count(use_awaitable), 3);
    EXPECT_THAT(co_await notebook->Read(use_awaitable),
                ElementsAre("made: a", "fork: b", "made: c"));
  });
}

TEST_P(AssociatedTest, CallsBackInOrderWithAnswers) {
  const Remote<Notebook> notebook = open_notebook();
  RecordingReader reader;
  AssociatedReceiver<NotebookReader> receiver(reader);
  notebook->Watch(receiver.bind_new(executor()));
  notebook->Write("one");
  notebook->Write("two");
  world().run([&]() -> awaitable<void> {
    EXPECT_THAT(co_await notebook->Read(use_awaitable), ElementsAre("one", "two"));
    // What the notebook sent before the answer is here before the answer.
    EXPECT_THAT(reader.lines, ElementsAre("one", "two"));
  });
}

TEST_P(AssociatedTest, SeveralEndsTravelInOneMessage) {
  const Remote<Notebook> notebook = open_notebook();
  RecordingReader reader;
  AssociatedReceiver<NotebookReader> receiver(reader);
  std::vector<AssociatedRemote<NotebookPage>> pages(20);
  std::vector<PendingAssociatedReceiver<NotebookPage>> ends;
  for (auto& page : pages) ends.push_back(page.bind_new(executor()));
  notebook->OpenAll(std::move(ends), receiver.bind_new(executor()));
  notebook->OpenAll({}, std::nullopt);
  for (auto& page : pages) page->Write("x");
  world().run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await pages.back()->Count(use_awaitable), 20);
    EXPECT_EQ(reader.lines.size(), 20U);
    EXPECT_EQ(reader.lines.back(), "19: x");
  });
}

TEST_P(AssociatedTest, ClosingOneEndTellsTheOtherAndLeavesThePipe) {
  const Remote<Notebook> notebook = open_notebook();
  AssociatedRemote<NotebookPage> left;
  AssociatedRemote<NotebookPage> right;
  notebook->Open(left.bind_new(executor()), "left");
  notebook->Open(right.bind_new(executor()), "right");
  left->Write("last words");
  left.reset();
  world().run([&]() -> awaitable<void> {
    while (co_await notebook->CountPages(use_awaitable) != 1) {
    }
    right->Write("still here");
    EXPECT_EQ(co_await right->Count(use_awaitable), 2);
    EXPECT_THAT(co_await notebook->Read(use_awaitable),
                ElementsAre("left: last words", "right: still here"));
  });
}

TEST_P(AssociatedTest, TheReasonArrivesWithTheClose) {
  const Remote<Notebook> notebook = open_notebook();
  AssociatedRemote<NotebookPage> page;
  notebook->Open(page.bind_new(executor()), "page");
  std::optional<Error> reason;
  page.set_disconnect_handler([&](const Error& why) { reason = why; });
  notebook->CloseAll(42, "out of paper");
  world().run_until([&] { return reason.has_value(); });
  EXPECT_EQ(reason->code(), error_code(42, disconnect_category()));
  EXPECT_EQ(reason->message(), "out of paper");
  EXPECT_FALSE(page.is_connected());
  EXPECT_TRUE(notebook.is_connected());
  world().run([&]() -> awaitable<void> {
    const auto [error, count] = co_await page->Count(kAsTuple);
    EXPECT_EQ(error, make_error_code(Errc::kDisconnected));
    EXPECT_EQ(co_await notebook->CountPages(use_awaitable), 0);
  });
}

TEST_P(AssociatedTest, AnEndThatNobodyTakesIsClosed) {
  const Remote<Notebook> notebook = open_notebook();
  AssociatedRemote<NotebookPage> page;
  std::optional<Error> reason;
  notebook->Ignore(page.bind_new(executor()));
  page.set_disconnect_handler([&](const Error& why) { reason = why; });
  page->Write("to nobody");
  world().run_until([&] { return reason.has_value(); });
  EXPECT_EQ(reason->code(), make_error_code(Errc::kDisconnected));
  world().run(
      [&]() -> awaitable<void> { EXPECT_THAT(co_await notebook->Read(use_awaitable), IsEmpty()); });
}

TEST_P(AssociatedTest, AnEndThatWasDestroyedBeforeItLeftIsClosedThere) {
  const Remote<Notebook> notebook = open_notebook();
  AssociatedRemote<NotebookPage> page;
  auto receiver = page.bind_new(executor());
  page.reset();
  notebook->Open(std::move(receiver), "page");
  world().run([&]() -> awaitable<void> {
    while (co_await notebook->CountPages(use_awaitable) != 0) {
    }
  });
}

TEST_P(AssociatedTest, WhatIsBehindAnUnboundEndWaits) {
  const Remote<Notebook> notebook = open_notebook();
  AssociatedRemote<NotebookPage> page;
  notebook->Leave(page.bind_new(executor()), "page");
  page->Write("in order");
  notebook->Write("behind");
  world().run([&]() -> awaitable<void> {
    EXPECT_THAT(co_await notebook->Read(use_awaitable),
                ElementsAre("left", "adopted", "page: in order", "behind"));
  });
}

TEST_P(AssociatedTest, LosesAllInterfacesWithThePipe) {
  Remote<Notebook> notebook = open_notebook();
  AssociatedRemote<NotebookPage> page;
  RecordingReader reader;
  AssociatedReceiver<NotebookReader> receiver(reader);
  notebook->Open(page.bind_new(executor()), "page");
  notebook->Watch(receiver.bind_new(executor()));
  int num_disconnects = 0;
  page.set_disconnect_handler([&] { ++num_disconnects; });
  receiver.set_disconnect_handler([&] { ++num_disconnects; });
  std::optional<error_code> answer;
  page->Count([&](error_code error, int32_t) { answer = error; });
  notebook.reset();
  EXPECT_FALSE(answer) << "never from inside a call";
  world().run_until([&] { return num_disconnects == 2; });
  EXPECT_TRUE(answer);
  page->Write("to nobody");
}

TEST_P(AssociatedTest, ManyComeAndGo) {
  const Remote<Notebook> notebook = open_notebook();
  world().run([&]() -> awaitable<void> {
    for (int i = 0; i < 6000; ++i) {
      AssociatedRemote<NotebookPage> page;
      notebook->Open(page.bind_new(executor()), "page");
      if (i % 500 == 0) {
        page->Write(std::to_string(i));
        EXPECT_EQ(co_await page->Count(use_awaitable), i / 500 + 1);
      }
      page.reset();
      if (i % 50 == 0) co_await notebook->CountPages(use_awaitable);
    }
    while (co_await notebook->CountPages(use_awaitable) != 0) {
    }
  });
}

TEST_P(AssociatedTest, AnEndThatBelongsToAPipeCannotBeSentOn) {
  const Remote<Notebook> notebook = open_notebook();
  Remote<Notebook> other = open_notebook();
  std::optional<Error> reason;
  other.set_disconnect_handler([&](const Error& why) { reason = why; });
  world().run([&]() -> awaitable<void> {
    RecordingReader reader;
    auto [remote, receiver] = make_associated<NotebookReader>();
    notebook->Watch(std::move(remote));
    AssociatedReceiver<NotebookReader> bound(reader, std::move(receiver), executor());
    notebook->Write("heard");
    co_await notebook->Read(use_awaitable);
    EXPECT_EQ(reader.lines.size(), 1U);
    PendingAssociatedRemote<NotebookPage> page = co_await notebook->Make("page", use_awaitable);
    // There is no method that takes a page's remote; any end of a pipe is refused in the same way.
    other->Watch(
        PendingAssociatedRemote<NotebookReader>(bindings::PendingAssociatedEnd(page.take_end())));
  });
  world().run_until([&] { return reason.has_value(); });
  EXPECT_EQ(reason->code(), make_error_code(Errc::kInvalidArgument));
  EXPECT_TRUE(notebook.is_connected());
}

}  // namespace
}  // namespace ferrule::test
