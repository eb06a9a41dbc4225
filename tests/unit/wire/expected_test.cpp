// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/expected.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace ferrule {
namespace {

using Answer = Expected<int, std::string>;

Answer half(int number) {
  if (number % 2 != 0) return Unexpected("odd");
  return number / 2;
}

TEST(ExpectedTest, HoldsTheValueOrTheFailure) {
  EXPECT_TRUE(half(4));
  EXPECT_EQ(*half(4), 2);
  EXPECT_FALSE(half(5).has_value());
  EXPECT_EQ(half(5).error(), "odd");
}

TEST(ExpectedTest, StartsAsAnEmptySuccess) {
  const Answer answer;
  EXPECT_EQ(answer.value(), 0);
}

TEST(ExpectedTest, ComparesSideAndValue) {
  EXPECT_EQ(half(4), Answer(2));
  EXPECT_NE(half(4), half(5));
  using Same = Expected<int, int>;
  EXPECT_NE(Same(1), Same(Unexpected(1)));
}

TEST(ExpectedTest, GivesAwayWhatItHolds) {
  Expected<std::unique_ptr<int>, std::string> answer(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = *std::move(answer);
  EXPECT_EQ(*taken, 7);
  answer.emplace_error() = "gone";
  const std::string error = std::move(answer).error();
  EXPECT_EQ(error, "gone");
}

TEST(ExpectedDeathTest, MayNotBeReadOnTheWrongSide) {
  EXPECT_DEATH(half(5).value(), "side != nullptr");
  EXPECT_DEATH(half(4).error(), "side != nullptr");
}

}  // namespace
}  // namespace ferrule
