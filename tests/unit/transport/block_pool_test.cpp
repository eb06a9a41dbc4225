// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/block_pool.h"

#include <cstring>

#include <gtest/gtest.h>

#include "ferrule/transport/bulk_copy.h"

#include "transport_fixture.h"

namespace ferrule::transport {
namespace {

constexpr size_t kMegabyte = size_t{1} << 20;

TEST(BlockPoolTest, UsesABlockAgain) {
  const auto pool = std::make_shared<BlockPool>(64 * kMegabyte);
  MemoryRef block = pool->take(5 * kMegabyte);
  ASSERT_GE(block->size(), 5 * kMegabyte);
  const uint8_t* place = block->data();
  block = {};
  EXPECT_GT(pool->num_free_bytes(), 0U);
  EXPECT_EQ(pool->take(5 * kMegabyte - 100)->data(), place);
}

TEST(BlockPoolTest, DoesNotWasteALargeBlockOnASmallFrame) {
  const auto pool = std::make_shared<BlockPool>(64 * kMegabyte);
  (void)pool->take(32 * kMegabyte);
  EXPECT_LT(pool->take(100'000)->size(), kMegabyte);
}

TEST(BlockPoolTest, KeepsNoMoreThanItsLimit) {
  const auto pool = std::make_shared<BlockPool>(10 * kMegabyte);
  (void)pool->take(20 * kMegabyte);
  EXPECT_EQ(pool->num_free_bytes(), 0U);
  {
    std::vector<MemoryRef> blocks;
    for (int i = 0; i < 10; ++i) blocks.push_back(pool->take(2 * kMegabyte));
  }
  EXPECT_LE(pool->num_free_bytes(), 10 * kMegabyte);
  EXPECT_GE(pool->num_free_bytes(), 8 * kMegabyte);
}

TEST(BlockPoolTest, ABlockMayOutliveItsPool) {
  auto pool = std::make_shared<BlockPool>(64 * kMegabyte);
  MemoryRef block = pool->take(3 * kMegabyte);
  pool.reset();
  std::memset(block->data(), 1, block->size());
}

TEST(BulkCopyTest, CopiesExactlyWhatItIsToldTo) {
  const std::vector<uint8_t> source = random_bytes(2000, 1);
  for (size_t from = 0; from < 20; ++from) {
    for (size_t to = 0; to < 70; ++to) {
      const size_t size = (from * 70 + to) * 1900 / 1400 % 1900;
      std::vector<uint8_t> target(2100, 0xcc);
      copy_past_caches(target.data() + to, source.data() + from, size);
      EXPECT_EQ(std::memcmp(target.data() + to, source.data() + from, size), 0);
      for (size_t i = 0; i < to; ++i) ASSERT_EQ(target[i], 0xcc);
      for (size_t i = to + size; i < target.size(); ++i) ASSERT_EQ(target[i], 0xcc);
    }
  }
}

}  // namespace
}  // namespace ferrule::transport
