// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/memfd.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "ferrule/platform/mapping.h"

#include "support/temporary_folder.h"
#include "unit/platform/descriptor_table.h"

namespace ferrule::platform {
namespace {

UniqueFd new_memfd(size_t num_bytes) {
  Result<UniqueFd> memfd = create_memfd("test", num_bytes);
  EXPECT_TRUE(memfd);
  return std::move(memfd).value();
}

MemfdStatus status_of(const UniqueFd& memfd) {
  const Result<MemfdStatus> status = inspect_memfd(memfd);
  EXPECT_TRUE(status) << status.error().message();
  return *status;
}

TEST(MemfdTest, StartsWithItsSizeAndWithoutPagesOrSeals) {
  const UniqueFd memfd = new_memfd(100'000);
  const MemfdStatus status = status_of(memfd);
  EXPECT_EQ(status.num_bytes, 100'000U);
  EXPECT_EQ(status.num_allocated_bytes, 0U);
  EXPECT_FALSE(status.is_fixed_size);
  EXPECT_FALSE(status.is_immutable);
  EXPECT_TRUE(is_close_on_exec(memfd));
}

TEST(MemfdTest, RefusesASizeThatNoFileCanHave) {
  const long before = count_open_descriptors();
  EXPECT_FALSE(create_memfd("test", SIZE_MAX));
  EXPECT_EQ(count_open_descriptors(), before);
}

TEST(MemfdTest, ShowsPagesOnceTheyExist) {
  const UniqueFd memfd = new_memfd(4 * page_bytes());
  ASSERT_TRUE(allocate_pages(memfd, 4 * page_bytes()));
  EXPECT_GE(status_of(memfd).num_allocated_bytes, 4 * page_bytes());
}

TEST(MemfdTest, WritesAllBytesWhereTheyBelong) {
  const UniqueFd memfd = new_memfd(8);
  const std::array<uint8_t, 3> bytes{1, 2, 3};
  ASSERT_TRUE(write_memfd(memfd, 4, bytes));
  std::array<uint8_t, 8> found{};
  ASSERT_EQ(::pread(memfd.get(), found.data(), found.size(), 0), 8);
  EXPECT_EQ(found, (std::array<uint8_t, 8>{0, 0, 0, 0, 1, 2, 3, 0}));
}

TEST(MemfdTest, NobodyCanResizeOrUnsealAFixedSize) {
  const UniqueFd memfd = new_memfd(8);
  ASSERT_TRUE(seal_memfd(memfd, Seals::kFixedSize));
  EXPECT_EQ(::ftruncate(memfd.get(), 4), -1);
  EXPECT_EQ(::ftruncate(memfd.get(), 16), -1);
  EXPECT_EQ(::fcntl(memfd.get(), F_ADD_SEALS, F_SEAL_WRITE), -1);
  EXPECT_TRUE(write_memfd(memfd, 0, std::vector<uint8_t>(8, 1)));
  EXPECT_TRUE(status_of(memfd).is_fixed_size);
  EXPECT_FALSE(status_of(memfd).is_immutable);
}

TEST(MemfdTest, NobodyCanWriteToTheImmutable) {
  const UniqueFd memfd = new_memfd(8);
  ASSERT_TRUE(seal_memfd(memfd, Seals::kImmutable));
  EXPECT_FALSE(write_memfd(memfd, 0, std::vector<uint8_t>(8, 1)));
  EXPECT_EQ(::mmap(nullptr, 8, PROT_READ | PROT_WRITE, MAP_SHARED, memfd.get(), 0), MAP_FAILED);
  EXPECT_TRUE(status_of(memfd).is_fixed_size);
  EXPECT_TRUE(status_of(memfd).is_immutable);
}

TEST(MemfdTest, CannotBecomeImmutableWhileSomebodyMayWrite) {
  const UniqueFd memfd = new_memfd(8);
  const Result<MemoryRef> writable = map_memfd(memfd, 8, {});
  ASSERT_TRUE(writable);
  EXPECT_FALSE(seal_memfd(memfd, Seals::kImmutable));
  EXPECT_FALSE(status_of(memfd).is_immutable);
}

TEST(MemfdTest, RefusesToTakePipesAndDevicesForMemory) {
  EXPECT_FALSE(inspect_memfd(make_pipe().read_end));
  EXPECT_FALSE(inspect_memfd(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC))));
  EXPECT_FALSE(inspect_memfd(UniqueFd()));
}

TEST(MemfdTest, NeverCallsAFileFixedInSize) {
  const test::TemporaryFolder folder;
  const UniqueFd file(
      ::open(folder.file("file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  ASSERT_TRUE(file);
  const Result<MemfdStatus> status = inspect_memfd(file);
  // On a tmpfs a file looks like a memfd, elsewhere it is refused.
  if (status) {
    EXPECT_FALSE(status->is_fixed_size);
  }
}

TEST(MemfdTest, RefusesHugePagesWhoseFaultsMayKill) {
  const UniqueFd memfd(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB));
  if (!memfd) GTEST_SKIP() << "no huge pages here";
  EXPECT_FALSE(inspect_memfd(memfd));
}

TEST(MemfdTest, AdoptsWhatWasInherited) {
  const int number = ::dup(create_memfd("test", 4096).value().get());
  {
    const auto adopted = adopt_inherited_memory(number);
    ASSERT_TRUE(adopted);
    EXPECT_EQ(::fcntl(number, F_GETFD), FD_CLOEXEC) << "not for the children of this process";
    EXPECT_EQ(inspect_memfd(*adopted)->num_bytes, 4096U);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1) << "closed with its owner";
  EXPECT_FALSE(adopt_inherited_memory(number));
}

TEST(MemfdTest, LeavesAloneWhatIsInheritedAndIsNoMemory) {
  const UniqueFd device(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(adopt_inherited_memory(device.get()));
  EXPECT_EQ(::fcntl(device.get(), F_GETFD), FD_CLOEXEC) << "it belongs to somebody else";
}

}  // namespace
}  // namespace ferrule::platform
