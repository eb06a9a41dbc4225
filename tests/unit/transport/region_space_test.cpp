// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/region_space.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace ferrule::transport {
namespace {

TEST(RegionSpaceTest, GivesTheLowestHoleThatFits) {
  RegionSpace space(100);
  EXPECT_EQ(space.take(40), 0U);
  EXPECT_EQ(space.take(40), 40U);
  EXPECT_EQ(space.take(40), std::nullopt);
  space.give_back(0, 40);
  EXPECT_EQ(space.take(20), 0U);
  EXPECT_EQ(space.take(20), 20U);
  EXPECT_EQ(space.take(20), 80U);
  EXPECT_EQ(space.take(1), std::nullopt);
}

TEST(RegionSpaceTest, HolesThatTouchBecomeOne) {
  for (const bool is_middle_last : {true, false}) {
    RegionSpace space(90);
    for (size_t i = 0; i < 3; ++i) ASSERT_EQ(space.take(30), i * 30);
    space.give_back(0, 30);
    space.give_back(is_middle_last ? 60 : 30, 30);
    EXPECT_FALSE(space.is_unused());
    space.give_back(is_middle_last ? 30 : 60, 30);
    EXPECT_TRUE(space.is_unused());
    EXPECT_EQ(space.take(90), 0U);
  }
}

TEST(RegionSpaceTest, RegionsNeverOverlap) {
  constexpr uint32_t kSeed = 7;
  std::mt19937 random(kSeed);
  RegionSpace space(1000);
  std::map<size_t, size_t> taken;
  for (int step = 0; step < 20000; ++step) {
    if (random() % 2 == 0 || taken.empty()) {
      const size_t size = 1 + random() % 120;
      const std::optional<size_t> offset = space.take(size);
      if (!offset) continue;
      const auto next = taken.lower_bound(*offset);
      ASSERT_TRUE(next == taken.end() || *offset + size <= next->first) << "seed " << kSeed;
      if (next != taken.begin()) {
        const auto before = std::prev(next);
        ASSERT_LE(before->first + before->second, *offset) << "seed " << kSeed;
      }
      ASSERT_LE(*offset + size, 1000U);
      taken[*offset] = size;
    } else {
      const auto each = std::next(taken.begin(), static_cast<long>(random() % taken.size()));
      space.give_back(each->first, each->second);
      taken.erase(each);
    }
  }
  for (const auto& [offset, size] : taken) space.give_back(offset, size);
  EXPECT_TRUE(space.is_unused());
}

}  // namespace
}  // namespace ferrule::transport
