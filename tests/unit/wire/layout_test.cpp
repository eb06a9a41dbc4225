// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/layout.h"

#include <gtest/gtest.h>

namespace ferrule::wire {
namespace {

TEST(ArrayLayoutTest, CountsPlainElements) {
  constexpr ArrayLayout kInt32{4, false};
  EXPECT_EQ(kInt32.elements_offset(3), 0U);
  EXPECT_EQ(kInt32.storage_bytes(3), 12U);
}

TEST(ArrayLayoutTest, PacksBoolsAsBits) {
  constexpr ArrayLayout kBool{0, false};
  EXPECT_EQ(kBool.storage_bytes(0), 0U);
  EXPECT_EQ(kBool.storage_bytes(8), 1U);
  EXPECT_EQ(kBool.storage_bytes(9), 2U);
}

TEST(ArrayLayoutTest, PutsFlagsInFrontAlignedToTheElement) {
  constexpr ArrayLayout kInt32{4, true};
  EXPECT_EQ(kInt32.elements_offset(1), 4U);
  EXPECT_EQ(kInt32.elements_offset(33), 8U);
  EXPECT_EQ(kInt32.storage_bytes(33), 8U + 132U);
  constexpr ArrayLayout kBool{0, true};
  EXPECT_EQ(kBool.storage_bytes(9), 4U);
}

TEST(ArrayLayoutTest, DoesNotOverflowForAnyCountOnTheWire) {
  constexpr ArrayLayout kUnion{16, true};
  EXPECT_GT(kUnion.storage_bytes(UINT32_MAX), uint64_t{UINT32_MAX} * 16);
}

}  // namespace
}  // namespace ferrule::wire
