// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/mapping.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ferrule/platform/memfd.h"

#include "unit/platform/descriptor_table.h"

namespace ferrule::platform {
namespace {

constexpr size_t kBytes = size_t{3} << 12;

UniqueFd new_memfd(uint8_t value) {
  Result<UniqueFd> memfd = create_memfd("ferrule-mapping-test", kBytes);
  EXPECT_TRUE(memfd);
  EXPECT_TRUE(write_memfd(*memfd, 0, std::vector<uint8_t>(kBytes, value)));
  return std::move(memfd).value();
}

// How many mappings of such memory this process has.
long count_mappings() {
  std::ifstream maps("/proc/self/maps");
  long count = 0;
  for (std::string line; std::getline(maps, line);) {
    count += line.find("ferrule-mapping-test") != std::string::npos ? 1 : 0;
  }
  return count;
}

bool all_are(const MemoryRef& memory, uint8_t value) {
  return std::all_of(memory->data(), memory->data() + memory->size(),
                     [value](uint8_t byte) { return byte == value; });
}

TEST(MappingTest, SharedMappingsSeeEachOthersWrites) {
  const UniqueFd memfd = new_memfd(1);
  const Result<MemoryRef> writer = map_memfd(memfd, kBytes, {});
  const Result<MemoryRef> reader =
      map_memfd(memfd, kBytes, {.kind = MappingKind::kSharedReadOnly, .is_populated = true});
  ASSERT_TRUE(writer && reader);
  EXPECT_TRUE(all_are(*reader, 1));
  std::fill_n((*writer)->data(), kBytes, uint8_t{7});
  EXPECT_TRUE(all_are(*reader, 7));
  EXPECT_EQ((*writer)->kind(), MemoryKind::kShared);
  EXPECT_EQ((*reader)->kind(), MemoryKind::kShared);
}

TEST(MappingTest, SealedMemoryIsImmutable) {
  const UniqueFd memfd = new_memfd(5);
  ASSERT_TRUE(seal_memfd(memfd, Seals::kImmutable));
  for (const bool is_populated : {false, true}) {
    const Result<MemoryRef> memory =
        map_memfd(memfd, kBytes, {.kind = MappingKind::kImmutable, .is_populated = is_populated});
    ASSERT_TRUE(memory) << memory.error().message();
    EXPECT_EQ((*memory)->kind(), MemoryKind::kImmutable);
    EXPECT_EQ((*memory)->size(), kBytes);
    EXPECT_TRUE(all_are(*memory, 5));
  }
}

TEST(MappingTest, NobodyElseSeesWritesToAPrivateMapping) {
  const UniqueFd memfd = new_memfd(5);
  ASSERT_TRUE(seal_memfd(memfd, Seals::kImmutable));
  const Result<MemoryRef> ours = map_memfd(memfd, kBytes, {.kind = MappingKind::kPrivate});
  const Result<MemoryRef> theirs = map_memfd(memfd, kBytes, {.kind = MappingKind::kImmutable});
  ASSERT_TRUE(ours && theirs);
  EXPECT_EQ((*ours)->kind(), MemoryKind::kPrivate);
  EXPECT_TRUE(all_are(*ours, 5));
  std::fill_n((*ours)->data(), kBytes, uint8_t{7});
  EXPECT_TRUE(all_are(*ours, 7));
  EXPECT_TRUE(all_are(*theirs, 5));
}

TEST(MappingTest, OutlivesTheDescriptorAndGoesWithItsLastUser) {
  const long before = count_mappings();
  UniqueFd memfd = new_memfd(9);
  Result<MemoryRef> mapped = map_memfd(memfd, kBytes, {});
  ASSERT_TRUE(mapped);
  memfd.reset();
  MemoryRef first = std::move(mapped).value();
  MemoryRef second = first;
  EXPECT_EQ(count_mappings(), before + 1);
  first = {};
  EXPECT_TRUE(all_are(second, 9));
  second = {};
  EXPECT_EQ(count_mappings(), before);
}

TEST(MappingTest, FailsWithoutADescriptorOrBytes) {
  EXPECT_FALSE(map_memfd(UniqueFd(), kBytes, {}));
  EXPECT_FALSE(map_memfd(new_memfd(0), 0, {}));
}

TEST(MappingTest, AnonymousMemoryIsZeroAndOurs) {
  const Result<MemoryRef> memory = map_anonymous(kBytes);
  ASSERT_TRUE(memory);
  EXPECT_TRUE(all_are(*memory, 0));
  EXPECT_EQ((*memory)->kind(), MemoryKind::kPrivate);
  std::fill_n((*memory)->data(), kBytes, uint8_t{1});
  EXPECT_TRUE(all_are(*memory, 1));
}

TEST(MappingTest, PageSizeIsAPowerOfTwo) {
  EXPECT_GE(page_bytes(), 4096U);
  EXPECT_EQ(page_bytes() & (page_bytes() - 1), 0U);
}

}  // namespace
}  // namespace ferrule::platform
