// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/box.h"

#include <memory>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

#include "unit/wire/sample_types.h"

namespace ferrule {
namespace {

static_assert(std::is_nothrow_move_constructible_v<Box<test::Node>>);
static_assert(std::is_copy_constructible_v<test::Node>);

TEST(BoxTest, StartsEmpty) {
  const Box<int> box;
  EXPECT_FALSE(box);
  EXPECT_FALSE(box.has_value());
  EXPECT_TRUE(box == nullptr);
}

TEST(BoxTest, CopiesTheValueNotThePointer) {
  Box<std::string> a(std::string("text"));
  Box<std::string> b = a;
  *b += "!";
  EXPECT_EQ(*a, "text");
  EXPECT_EQ(b->size(), 5U);
  a = b;
  EXPECT_EQ(*a, "text!");
  a = Box<std::string>();
  EXPECT_FALSE(a);
}

TEST(BoxTest, ComparesTheValues) {
  EXPECT_EQ(Box<int>(1), Box<int>(1));
  EXPECT_NE(Box<int>(1), Box<int>(2));
  EXPECT_NE(Box<int>(1), Box<int>());
  EXPECT_EQ(Box<int>(), Box<int>());
  EXPECT_EQ((test::Node{1, test::Node{2, nullptr}}), (test::Node{1, test::Node{2, nullptr}}));
  EXPECT_NE((test::Node{1, test::Node{2, nullptr}}), (test::Node{1, test::Node{3, nullptr}}));
}

TEST(BoxTest, CanBeSetToAPartOfItself) {
  test::Node list{1, test::Node{2, test::Node{3, nullptr}}};
  list.next = list.next->next;
  EXPECT_EQ(list, (test::Node{1, test::Node{3, nullptr}}));
  list.next = test::Node{2, std::move(list.next)};
  list.next = std::move(list.next->next);
  EXPECT_EQ(list, (test::Node{1, test::Node{3, nullptr}}));
}

TEST(BoxTest, GivesItsValueAway) {
  Box<std::unique_ptr<int>> box(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = *std::move(box);
  EXPECT_EQ(*taken, 7);
  box.emplace(std::make_unique<int>(8));
  EXPECT_EQ(**box, 8);
  box.reset();
  EXPECT_FALSE(box);
}

TEST(BoxDeathTest, MayNotBeReadWhenEmpty) {
  Box<int> box;
  EXPECT_DEATH(*box += 1, "value_ != nullptr");
}

}  // namespace
}  // namespace ferrule
