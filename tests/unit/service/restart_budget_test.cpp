// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/restart_budget.h"

#include <optional>

#include <gtest/gtest.h>

namespace ferrule::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RestartBudget::Time at(milliseconds time) { return RestartBudget::Time(time); }

TEST(RestartBudgetTest, WaitsLongerAfterEachCrash) {
  RestartBudget budget({.first_delay = milliseconds(100),
                        .most_delay = milliseconds(500),
                        .crash_budget = 5,
                        .window = seconds(60)});
  EXPECT_EQ(budget.on_crash(at(seconds(1))), milliseconds(100));
  EXPECT_EQ(budget.on_crash(at(seconds(2))), milliseconds(200));
  EXPECT_EQ(budget.on_crash(at(seconds(3))), milliseconds(400));
  EXPECT_EQ(budget.on_crash(at(seconds(4))), milliseconds(500));
  EXPECT_EQ(budget.on_crash(at(seconds(5))), milliseconds(500));
  EXPECT_EQ(budget.on_crash(at(seconds(6))), std::nullopt) << "the budget is used up";
}

TEST(RestartBudgetTest, ForgetsCrashesThatAreLongAgo) {
  RestartBudget budget(
      {.first_delay = milliseconds(100), .crash_budget = 1, .window = seconds(10)});
  EXPECT_EQ(budget.on_crash(at(seconds(0))), milliseconds(100));
  EXPECT_EQ(budget.on_crash(at(seconds(10))), milliseconds(100))
      << "the first is out of the window";
  EXPECT_EQ(budget.on_crash(at(milliseconds(19'999))), std::nullopt);
}

TEST(RestartBudgetTest, MayAllowNone) {
  RestartBudget budget({.crash_budget = 0});
  EXPECT_EQ(budget.on_crash(at(seconds(0))), std::nullopt);
}

TEST(RestartBudgetTest, DoesNotOverflow) {
  RestartBudget budget({.first_delay = milliseconds(1),
                        .most_delay = milliseconds::max(),
                        .crash_budget = 1000,
                        .window = seconds(60)});
  std::optional<milliseconds> last;
  for (int i = 0; i < 60; ++i) last = budget.on_crash(at(seconds(0)));
  EXPECT_GT(*last, milliseconds(0));
}

}  // namespace
}  // namespace ferrule::test
