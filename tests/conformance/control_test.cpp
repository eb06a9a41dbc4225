// SPDX-License-Identifier: Apache-2.0
//
// Versions, flush and cancelled calls, in every world.
#include <optional>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "conformance/world.h"
#include "notebook.idl.h"

namespace ferrule::test {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;

class ControlWorldTest : public ::testing::TestWithParam<WorldKind> {
 protected:
  World& world() { return *world_; }
  boost::asio::any_io_executor executor() { return world_->io().get_executor(); }
  Remote<Probe>& probe() { return probe_; }
  Remote<Notebook> open_notebook() {
    Remote<Notebook> notebook;
    probe_->OpenNotebook(notebook.bind_new_pipe(world_->pipes(), executor()));
    return notebook;
  }

 private:
  std::unique_ptr<World> world_ = GetParam().make();
  Remote<Probe> probe_{world_->probe(), world_->io().get_executor()};
};

std::string name_of(const ::testing::TestParamInfo<WorldKind>& kind) { return kind.param.name; }
INSTANTIATE_TEST_SUITE_P(, ControlWorldTest, ::testing::ValuesIn(all_worlds()), name_of);

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

}  // namespace
}  // namespace ferrule::test
