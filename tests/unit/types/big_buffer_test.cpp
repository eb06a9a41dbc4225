// SPDX-License-Identifier: Apache-2.0
#include "ferrule/types/big_buffer.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ferrule/platform/memfd.h"

#include "support/process_counts.h"
#include "unit/types/types_testing.h"

namespace ferrule::test {
namespace {

using platform::Seals;

BigBuffer filled(size_t num_bytes) {
  BigBuffer buffer = BigBuffer::make(num_bytes).value();
  const auto bytes = buffer.mutable_bytes();
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 13);
  return buffer;
}

bool is_filled(std::span<const uint8_t> bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != static_cast<uint8_t>(i * 13)) return false;
  }
  return true;
}

TEST(BigBufferTest, GoesInTheMessageOrBesideIt) {
  for (const size_t size : {size_t{0}, size_t{1}, kBigBufferInlineBytes - 1, kBigBufferInlineBytes,
                            size_t{5'000'001}}) {
    SCOPED_TRACE(size);
    BigBuffer buffer = filled(size);
    EXPECT_EQ(buffer.is_inline(), size < kBigBufferInlineBytes);
    BigBuffer got;
    EXPECT_EQ(carry(std::move(buffer), &got), "OK");
    EXPECT_EQ(got.size(), size);
    EXPECT_TRUE(is_filled(got.bytes()));
    EXPECT_TRUE(got.mutable_bytes().empty());
  }
}

TEST(BigBufferTest, IsSentOnWithoutACopy) {
  BigBuffer first;
  ASSERT_EQ(carry(filled(1'000'000), &first), "OK");
  BigBuffer second;
  ASSERT_EQ(carry(std::move(first), &second), "OK");
  EXPECT_TRUE(is_filled(second.bytes()));
  EXPECT_FALSE(second.is_inline());
}

TEST(BigBufferTest, OfBytesThatAreThere) {
  for (const size_t size : {size_t{100}, size_t{200'000}}) {
    std::vector<uint8_t> bytes(size);
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 13);
    BigBuffer got;
    EXPECT_EQ(carry(BigBuffer(Bytes(std::move(bytes))), &got), "OK");
    EXPECT_TRUE(got.size() == size && is_filled(got.bytes()));
    const Bytes kept = std::move(got).take_bytes();
    got = BigBuffer();
    EXPECT_TRUE(kept.size() == size && is_filled(kept));
  }
}

TEST(BigBufferTest, CanBeChangedByNobodyOnceItIsSent) {
  BigBuffer buffer = filled(100'000);
  const auto handle = buffer.take_sealed();
  EXPECT_EQ(::mmap(nullptr, 4096, PROT_WRITE, MAP_SHARED, handle.get(), 0), MAP_FAILED);
  EXPECT_LT(::write(handle.get(), "x", 1), 0);
  EXPECT_NE(::ftruncate(handle.get(), 0), 0);
}

TEST(BigBufferTest, OfAStrangerIsChecked) {
  const auto sent = [](std::optional<Seals> seals, size_t real, uint64_t told, bool is_written) {
    UniqueFd memfd = *platform::create_memfd("test", real);
    if (is_written) {
      EXPECT_TRUE(platform::allocate_pages(memfd, real).ok());
    }
    if (seals) {
      EXPECT_TRUE(platform::seal_memfd(memfd, *seals).ok());
    }
    return carry<BigBuffer>(common::BigBuffer::make_sealed(
        {.memory = SharedBufferHandle(std::move(memfd)), .num_bytes = told}));
  };
  EXPECT_EQ(sent(Seals::kImmutable, 100'000, 100'000, true), "OK");
  for (const std::string& failure :
       {sent(std::nullopt, 100'000, 100'000, true), sent(Seals::kFixedSize, 100'000, 100'000, true),
        sent(Seals::kReadOnly, 100'000, 100'000, true),
        sent(Seals::kImmutable, 100'000, 100'001, true), sent(Seals::kImmutable, 100'000, 0, true),
        sent(Seals::kImmutable, 100'000, UINT64_MAX, true),
        sent(Seals::kImmutable, 100'000'000, 100'000'000, false)}) {
    EXPECT_THAT(failure, ::testing::HasSubstr("(SEALED_MEMORY_INVALID"));
  }
  EXPECT_NE(
      carry<BigBuffer>(common::BigBuffer::make_sealed(
          {.memory = SharedBufferHandle(UniqueFd(::open("/dev/zero", O_RDWR))), .num_bytes = 10})),
      "OK");
}

TEST(BigBufferTest, GivesEverythingBack) {
  const ProcessCounts before = count_process();
  for (int i = 0; i < 20; ++i) {
    BigBuffer got;
    EXPECT_EQ(carry(filled(100'000), &got), "OK");
    const BigBuffer unsent = filled(70'000);
  }
  EXPECT_EQ(count_process(), before);
}

TEST(FileTest, IsARegularFileWithTheRightsOfItsType) {
  const auto open = [](const char* path, int flags) { return UniqueFd(::open(path, flags)); };
  char path[] = "file_test.XXXXXX";
  const UniqueFd file(::mkstemp(path));
  ASSERT_TRUE(file.is_valid());
  const auto as_read_only = [](UniqueFd descriptor) {
    return carry<ReadOnlyFile>(common::ReadOnlyFile{std::move(descriptor)});
  };
  const auto as_read_write = [](UniqueFd descriptor) {
    return carry<ReadWriteFile>(common::ReadWriteFile{std::move(descriptor)});
  };
  EXPECT_EQ(as_read_only(open(path, O_RDONLY)), "OK");
  EXPECT_EQ(as_read_write(open(path, O_RDWR)), "OK");
  for (const std::string& failure :
       {as_read_only(open(path, O_RDWR)), as_read_only(open(path, O_WRONLY)),
        as_read_only(open(path, O_PATH)), as_read_only(open("/dev/null", O_RDONLY)),
        as_read_only(open("/", O_RDONLY)), as_read_write(open(path, O_RDONLY)),
        as_read_write(open(path, O_WRONLY)), as_read_write(open("/dev/null", O_RDWR))}) {
    EXPECT_THAT(failure, ::testing::HasSubstr("(FILE_RIGHTS"));
  }
  ::unlink(path);
}

// Whoever else has its hands on the memory at the wrong moment: here a mapping that writes.
TEST(BigBufferTest, MemoryThatCannotBeSealedIsCopied) {
  BigBuffer buffer = filled(1'000'000);
  const BigBuffer expected = filled(1'000'000);
  void* const other = ::mremap(buffer.mutable_bytes().data(), 0, 1'000'000, MREMAP_MAYMOVE);
  ASSERT_NE(other, MAP_FAILED);
  BigBuffer got;
  EXPECT_EQ(carry(std::move(buffer), &got), "OK");
  static_cast<uint8_t*>(other)[0] ^= 0xff;
  EXPECT_TRUE(std::ranges::equal(got.bytes(), expected.bytes()));
  ::munmap(other, 1'000'000);
}

}  // namespace
}  // namespace ferrule::test
