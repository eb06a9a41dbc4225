// SPDX-License-Identifier: Apache-2.0
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/node_network.h"

namespace ferrule::test {
namespace {

/// Nodes in a row, each linked with the next. A pipe's end is in the first, the other goes through
/// all to the last.
class IntroductionTest : public ::testing::Test {
 protected:
  explicit IntroductionTest(size_t num_nodes = 3) : network_(num_nodes), last_(num_nodes - 1) {
    for (size_t i = 0; i < last_; ++i) network_.link(i, i + 1);
  }

  void allow_all() {
    network_.set_policy([](size_t, size_t, size_t) { return true; });
  }
  void make_pipe_along_the_row() {
    std::tie(first_end_, last_end_) = network_.make_pipe(0, 1);
    for (size_t i = 1; i < last_; ++i) move_on(i, i + 1);
  }
  void move_on(size_t from, size_t to) {
    network_.attach(from, to, "moved", std::move(last_end_));
    network_.settle();
    last_end_ = std::move(network_.take_attachments(to).front().second);
  }
  void expect_that_it_works() {
    send(*first_end_, "there");
    send(*last_end_, "back");
    network_.settle();
    EXPECT_EQ(take_text(*last_end_), "there");
    EXPECT_EQ(take_text(*first_end_), "back");
  }

  NodeNetwork network_;
  const size_t last_;
  Pipe first_end_;
  Pipe last_end_;
};

class LongRowTest : public IntroductionTest {
 protected:
  LongRowTest() : IntroductionTest(6) {}
};

TEST_F(IntroductionTest, TakesTheNodeBetweenOutOfThePipe) {
  allow_all();
  make_pipe_along_the_row();
  EXPECT_EQ(network_.num_introductions(), 2U);  // told to both
  EXPECT_EQ(network_.num_proxies(), 0U);
  expect_that_it_works();
  network_.isolate(1);
  expect_that_it_works();
}

TEST_F(IntroductionTest, KeepsTheOrderWhileTheWayChanges) {
  allow_all();
  std::tie(first_end_, last_end_) = network_.make_pipe(0, 1);
  network_.attach(1, 2, "moved", std::move(last_end_));
  int num_sent = 0;
  std::vector<std::string> taken;
  for (int i = 0; i < 200; ++i) {
    send(*first_end_, std::to_string(num_sent++));
    network_.deliver_one(static_cast<uint64_t>(i) * 7919);
    if (!last_end_) {
      auto arrived = network_.take_attachments(2);
      if (!arrived.empty()) last_end_ = std::move(arrived.front().second);
    } else if (auto text = take_text(*last_end_)) {
      taken.push_back(*text);
    }
  }
  network_.settle();
  ASSERT_NE(last_end_, nullptr);
  while (auto text = take_text(*last_end_)) taken.push_back(*text);
  ASSERT_EQ(taken.size(), 200U);
  for (size_t i = 0; i < taken.size(); ++i) EXPECT_EQ(taken[i], std::to_string(i));
  EXPECT_EQ(network_.num_proxies(), 0U);
}

TEST_F(IntroductionTest, WhereItIsForbiddenThePipeGoesOnThroughTheNodeBetween) {
  network_.set_policy([](size_t, size_t, size_t) { return false; });
  make_pipe_along_the_row();
  EXPECT_EQ(network_.num_introductions(), 0U);
  EXPECT_EQ(network_.num_proxies(), 2U);
  expect_that_it_works();
}

TEST_F(IntroductionTest, SecondPipeUsesTheSameConnection) {
  allow_all();
  make_pipe_along_the_row();
  const Pipe kept = std::move(first_end_);
  const Pipe kept_too = std::move(last_end_);
  make_pipe_along_the_row();
  EXPECT_EQ(network_.num_introductions(), 2U);
  EXPECT_EQ(network_.num_proxies(), 0U);
  expect_that_it_works();
}

TEST_F(IntroductionTest, LosingTheConnectionEndsThePipesOnIt) {
  allow_all();
  make_pipe_along_the_row();
  network_.cut(0, 2);
  EXPECT_TRUE(is_at_end(*first_end_));
  EXPECT_TRUE(is_at_end(*last_end_));
  EXPECT_TRUE(network_.is_linked(0, 1));
}

TEST_F(LongRowTest, EverybodyBetweenCanGo) {
  allow_all();
  make_pipe_along_the_row();
  EXPECT_EQ(network_.num_proxies(), 0U);
  for (size_t node = 1; node < last_; ++node) network_.isolate(node);
  expect_that_it_works();
}

TEST_F(LongRowTest, ThereAndBackUnderLoad) {
  // The end goes through all nodes and back while both ends are written to.
  allow_all();
  std::tie(first_end_, last_end_) = network_.make_pipe(0, 1);
  size_t num_there = 0;
  size_t num_back = 0;
  size_t next_there = 0;
  size_t next_back = 0;
  const auto talk = [&] {
    for (int i = 0; i < 500; ++i) {
      send(*first_end_, std::to_string(num_there++));
      send(*last_end_, std::to_string(num_back++));
      for (uint64_t k = 0; k < 3; ++k) network_.deliver_one(num_there * 31 + k);
      while (auto text = take_text(*last_end_)) ASSERT_EQ(*text, std::to_string(next_there++));
      while (auto text = take_text(*first_end_)) ASSERT_EQ(*text, std::to_string(next_back++));
    }
  };
  for (const size_t node : std::initializer_list<size_t>{2, 3, 4, 5, 4, 3, 2, 1}) {
    talk();
    const size_t from = node < 5 && num_there > 2000 ? node + 1 : node - 1;
    move_on(from, node);
  }
  talk();
  network_.settle();
  while (auto text = take_text(*last_end_)) ASSERT_EQ(*text, std::to_string(next_there++));
  while (auto text = take_text(*first_end_)) ASSERT_EQ(*text, std::to_string(next_back++));
  EXPECT_EQ(next_there, num_there);
  EXPECT_EQ(next_back, num_back);
  EXPECT_EQ(network_.num_proxies(), 0U);
}

}  // namespace
}  // namespace ferrule::test
