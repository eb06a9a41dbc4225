// SPDX-License-Identifier: Apache-2.0
//
// Versions, flush and cancelled calls, in every world.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include "ferrule/bindings/testing/virtual_clock.h"
#include "ferrule/ferrule.h"

#include "conformance/notebook_world.h"

namespace ferrule::test {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;

class ControlWorldTest : public NotebookWorldTest {};
INSTANTIATE_TEST_SUITE_P(, ControlWorldTest, ::testing::ValuesIn(all_worlds()), name_of_world);

TEST_P(ControlWorldTest, TellsTheVersionOfEachInterface) {
  const Remote<Notebook> notebook = open_notebook();
  AssociatedRemote<NotebookPage> page;
  notebook->Open(page.bind_new(executor()), "page");
  world().run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await notebook.query_version(use_awaitable), 2U);
    EXPECT_EQ(co_await page.query_version(use_awaitable), 0U);
    co_await page.flush(use_awaitable);
    co_await notebook.flush(use_awaitable);
  });
}

TEST_P(ControlWorldTest, AVersionThatIsThereChangesNothing) {
  const Remote<Notebook> notebook = open_notebook();
  notebook.require_version(2);
  notebook->Write("x");
  world().run(
      [&]() -> awaitable<void> { EXPECT_EQ((co_await notebook->Read(use_awaitable)).size(), 1U); });
}

TEST_P(ControlWorldTest, AVersionThatIsNotThereClosesThePipe) {
  Remote<Notebook> notebook = open_notebook();
  bool is_gone = false;
  notebook.set_disconnect_handler([&] { is_gone = true; });
  notebook.require_version(3);
  world().run_until([&] { return is_gone; });
}

TEST_P(ControlWorldTest, ACallCanBeCancelledAndOthersGoOn) {
  boost::asio::cancellation_signal signal;
  std::optional<error_code> result;
  probe()->Wait(boost::asio::bind_cancellation_slot(
      signal.slot(), [&](error_code error, int32_t) { result = error; }));
  signal.emit(boost::asio::cancellation_type::terminal);
  world().run_until([&] { return result.has_value(); });
  EXPECT_EQ(*result, make_error_code(Errc::kCancelled));
  probe()->Release();  // the answer that nobody waits for
  world().run(
      [&]() -> awaitable<void> { EXPECT_EQ(co_await probe()->Add(1, 2, use_awaitable), 3); });
  EXPECT_TRUE(probe().is_connected());
}

TEST_P(ControlWorldTest, TheServiceHearsOfDeadlinesAndCancelledCalls) {
  const auto clock = testing::VirtualClock::install(world().io());
  boost::asio::cancellation_signal signal;
  std::vector<error_code> results;
  const auto record = [&](error_code error) { results.push_back(error); };
  probe()->Hang(boost::asio::bind_cancellation_slot(signal.slot(), record));
  probe().with_timeout(std::chrono::seconds(1))->Hang(record);
  probe()->Hang(record);
  signal.emit(boost::asio::cancellation_type::terminal);
  world().run_until([&] { return results.size() == 1; });
  clock->advance(std::chrono::seconds(1));
  world().run_until([&] { return results.size() == 2; });
  EXPECT_EQ(results.at(0), make_error_code(Errc::kCancelled));
  EXPECT_EQ(results.at(1), make_error_code(Errc::kTimedOut));
  world().run([&]() -> awaitable<void> {
    // Until the question and the orders have gone there.
    while (co_await probe()->CountCancelled(use_awaitable) != 2) {
    }
  });
  EXPECT_EQ(results.size(), 2U);
}

}  // namespace
}  // namespace ferrule::test
