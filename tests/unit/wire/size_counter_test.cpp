// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/size_counter.h"

#include <gtest/gtest.h>

namespace ferrule::wire {
namespace {

TEST(SizeCounterTest, PadsEveryObjectToEight) {
  SizeCounter size;
  EXPECT_EQ(size.num_bytes(), 0U);
  size.add_object(8);
  size.add_object(9);
  EXPECT_EQ(size.num_bytes(), 24U);
}

TEST(SizeCounterTest, CountsTheListOfInterfaceIdsOnce) {
  SizeCounter size;
  size.add_object(16);
  size.add_interface_id();
  EXPECT_EQ(size.num_bytes(), 16U + 16U);
  size.add_interface_id();
  EXPECT_EQ(size.num_bytes(), 16U + 16U);
  size.add_interface_id();
  EXPECT_EQ(size.num_bytes(), 16U + 24U);
}

TEST(SizeCounterTest, StaysAtTheLargestSizeInsteadOfWrapping) {
  SizeCounter size;
  size.add_object(SIZE_MAX);
  const size_t largest = size.num_bytes();
  EXPECT_GE(largest, SIZE_MAX - 7);
  size.add_object(SIZE_MAX - 8);
  size.add_object(100);
  size.add_interface_id();
  EXPECT_EQ(size.num_bytes(), largest);
}

}  // namespace
}  // namespace ferrule::wire
