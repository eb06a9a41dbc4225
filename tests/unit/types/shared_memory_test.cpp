// SPDX-License-Identifier: Apache-2.0
#include "ferrule/types/shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ferrule/platform/memfd.h"

#include "support/process_counts.h"
#include "unit/types/types_testing.h"

namespace ferrule::test {
namespace {

using platform::Seals;

SharedBufferHandle memory_with(std::optional<Seals> seals, size_t num_bytes = 4096) {
  UniqueFd memfd = *platform::create_memfd("test", num_bytes);
  if (seals) {
    EXPECT_TRUE(platform::seal_memfd(memfd, *seals).ok());
  }
  return SharedBufferHandle(std::move(memfd));
}

template <class Region>
bool is_taken_as(std::optional<Seals> seals) {
  return Region::adopt(memory_with(seals), 4096).ok();
}

TEST(SharedMemoryTest, TakesForEachKindOnlyWhatHasItsSeals) {
  EXPECT_TRUE(is_taken_as<ReadOnlySharedMemoryRegion>(Seals::kReadOnly));
  EXPECT_TRUE(is_taken_as<ReadOnlySharedMemoryRegion>(Seals::kImmutable));
  EXPECT_FALSE(is_taken_as<ReadOnlySharedMemoryRegion>(Seals::kFixedSize));
  EXPECT_FALSE(is_taken_as<ReadOnlySharedMemoryRegion>(Seals::kFixedSizeSoFar));
  EXPECT_FALSE(is_taken_as<ReadOnlySharedMemoryRegion>(std::nullopt));

  EXPECT_TRUE(is_taken_as<WritableSharedMemoryRegion>(Seals::kFixedSizeSoFar));
  EXPECT_FALSE(is_taken_as<WritableSharedMemoryRegion>(Seals::kFixedSize));
  EXPECT_FALSE(is_taken_as<WritableSharedMemoryRegion>(Seals::kReadOnly));
  EXPECT_FALSE(is_taken_as<WritableSharedMemoryRegion>(std::nullopt));

  EXPECT_TRUE(is_taken_as<UnsafeSharedMemoryRegion>(Seals::kFixedSize));
  EXPECT_FALSE(is_taken_as<UnsafeSharedMemoryRegion>(Seals::kFixedSizeSoFar));
  EXPECT_FALSE(is_taken_as<UnsafeSharedMemoryRegion>(Seals::kImmutable));
  EXPECT_FALSE(is_taken_as<UnsafeSharedMemoryRegion>(std::nullopt));
}

TEST(SharedMemoryTest, RefusesWhatIsNoMemoryOrNoSize) {
  const auto rule = [](SharedBufferHandle memory, size_t num_bytes) {
    auto region = UnsafeSharedMemoryRegion::adopt(std::move(memory), num_bytes);
    return region ? "OK" : region.error().message().substr(0, region.error().message().find(':'));
  };
  const auto file = [] { return SharedBufferHandle(UniqueFd(::open("/dev/zero", O_RDWR))); };
  EXPECT_EQ(rule(file(), 1), "SHARED_MEMORY_RIGHTS");
  EXPECT_EQ(rule(SharedBufferHandle(), 1), "SHARED_MEMORY_RIGHTS");
  EXPECT_EQ(rule(memory_with(Seals::kFixedSize), 0), "SHARED_MEMORY_SIZE");
  EXPECT_EQ(rule(memory_with(Seals::kFixedSize), 4097), "SHARED_MEMORY_SIZE");
  EXPECT_EQ(rule(memory_with(Seals::kFixedSize), SIZE_MAX), "SHARED_MEMORY_SIZE");
  EXPECT_EQ(rule(memory_with(Seals::kFixedSize), 4096), "OK");
  EXPECT_EQ(
      rule(memory_with(Seals::kFixedSize, kMaxSharedMemoryBytes + 1), kMaxSharedMemoryBytes + 1),
      "SHARED_MEMORY_SIZE");
  EXPECT_FALSE(ReadOnlySharedMemoryRegion::create(0).ok());
}

TEST(SharedMemoryTest, WhoHasAReadOnlyRegionCannotWrite) {
  auto made = ReadOnlySharedMemoryRegion::create(5000);
  ASSERT_TRUE(made.ok()) << made.error().message();
  made->mapping.bytes()[4999] = 42;
  ReadOnlySharedMemoryRegion copy = made->region.duplicate().value();
  const auto seen = copy.map();
  ASSERT_TRUE(seen.ok()) << seen.error().message();
  static_assert(std::is_same_v<decltype(seen->bytes()), std::span<const uint8_t>>);
  EXPECT_EQ(seen->bytes().size(), 5000U);
  EXPECT_EQ(seen->bytes()[4999], 42);
  made->mapping.bytes()[0] = 43;
  EXPECT_EQ(seen->bytes()[0], 43) << "the maker still writes";

  const UniqueFd memfd = copy.take_memory().take_descriptor();
  EXPECT_EQ(::mmap(nullptr, 4096, PROT_WRITE, MAP_SHARED, memfd.get(), 0), MAP_FAILED);
  EXPECT_LT(::write(memfd.get(), "x", 1), 0);
  EXPECT_NE(::ftruncate(memfd.get(), 0), 0);
  EXPECT_NE(::fallocate(memfd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096), 0);
  const std::string path = "/proc/self/fd/" + std::to_string(memfd.get());
  const UniqueFd again(::open(path.c_str(), O_RDWR));
  EXPECT_EQ(::mmap(nullptr, 4096, PROT_WRITE, MAP_SHARED, again.get(), 0), MAP_FAILED);
}

TEST(SharedMemoryTest, AWritableRegionBecomesOneOfTheOthers) {
  auto made = WritableSharedMemoryRegion::create(100);
  ASSERT_TRUE(made.ok());
  made->mapping.bytes()[1] = 7;
  auto read_only = to_read_only(std::move(made->region));
  ASSERT_TRUE(read_only.ok()) << read_only.error().message();
  EXPECT_EQ(read_only->map()->bytes()[1], 7);

  auto other = WritableSharedMemoryRegion::create(100);
  auto unsafe = to_unsafe(std::move(other->region));
  ASSERT_TRUE(unsafe.ok());
  unsafe->map()->bytes()[2] = 8;
  EXPECT_EQ(other->mapping.bytes()[2], 8);
  auto memory = unsafe->take_memory();
  EXPECT_NE(::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_FUTURE_WRITE), 0)
      << "nobody takes the others' right";
}

TEST(SharedMemoryTest, IsCheckedWhenItArrives) {
  const auto sent = [](auto* to, std::optional<Seals> seals, uint64_t num_bytes) {
    return carry<std::remove_pointer_t<decltype(to)>>(
        common::UnsafeSharedMemoryRegion{memory_with(seals), num_bytes});
  };
  ReadOnlySharedMemoryRegion* const read_only = nullptr;
  UnsafeSharedMemoryRegion* const unsafe = nullptr;
  EXPECT_EQ(sent(read_only, Seals::kReadOnly, 100), "OK");
  EXPECT_EQ(sent(unsafe, Seals::kFixedSize, 100), "OK");
  for (const std::string& failure :
       {sent(read_only, Seals::kFixedSize, 100), sent(unsafe, Seals::kReadOnly, 100),
        sent(unsafe, Seals::kFixedSize, 5000), sent(unsafe, std::nullopt, 100)}) {
    EXPECT_THAT(failure, ::testing::HasSubstr("DESERIALIZATION_FAILED (SHARED_MEMORY_RIGHTS"));
  }
  EXPECT_THAT(carry<UnsafeSharedMemoryRegion>(UnsafeSharedMemoryRegion()),
              ::testing::HasSubstr("the file descriptor is not set"));
}

TEST(SharedMemoryTest, GivesEverythingBack) {
  const ProcessCounts before = count_process();
  for (int i = 0; i < 20; ++i) {
    auto made = ReadOnlySharedMemoryRegion::create(10000).value();
    ReadOnlySharedMemoryRegion got;
    EXPECT_EQ(carry(std::move(made.region), &got), "OK");
    EXPECT_EQ(got.map()->bytes().size(), 10000U);
    EXPECT_NE(carry<UnsafeSharedMemoryRegion>(
                  common::UnsafeSharedMemoryRegion{memory_with(std::nullopt), 4096}),
              "OK");
  }
  EXPECT_EQ(count_process(), before);
}

}  // namespace
}  // namespace ferrule::test
