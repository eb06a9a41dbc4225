// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/bytes.h"

#include <utility>

#include <gtest/gtest.h>

namespace ferrule {
namespace {

TEST(BytesTest, SharesItsMemoryWhenCopied) {
  const Bytes a{1, 2, 3};
  const Bytes b = a;
  EXPECT_EQ(a.data(), b.data());
  EXPECT_EQ(b.size(), 3U);
  EXPECT_EQ(b[2], 3);
}

TEST(BytesTest, TakesOverAVector) {
  std::vector<uint8_t> bytes{1, 2, 3};
  const uint8_t* const place = bytes.data();
  const Bytes taken(std::move(bytes));
  EXPECT_EQ(taken.data(), place);
  EXPECT_TRUE(Bytes(std::vector<uint8_t>()).empty());
}

TEST(BytesTest, CopiesWhatIsBorrowed) {
  std::string text = "abc";
  const Bytes copy = Bytes::copy_of(text);
  text[0] = 'x';
  EXPECT_EQ(copy.as_string_view(), "abc");
  EXPECT_EQ(Bytes::copy_of(std::span<const uint8_t>()), Bytes());
}

TEST(BytesTest, KeepsTheMemoryItLooksAtAlive) {
  MemoryRef memory = allocate_heap_memory(100);
  for (size_t i = 0; i < 100; ++i) memory->data()[i] = static_cast<uint8_t>(i);
  const std::span<const uint8_t> view(memory->data() + 10, 5);
  const Bytes bytes(std::move(memory), view);
  EXPECT_EQ(bytes, (Bytes{10, 11, 12, 13, 14}));
}

TEST(BytesTest, GoesWhereASpanIsAskedFor) {
  const Bytes bytes{1, 2};
  const std::span<const uint8_t> view = bytes;
  EXPECT_EQ(view.data(), bytes.data());
  EXPECT_EQ(view.size(), 2U);
}

TEST(BytesTest, ComparesContents) {
  EXPECT_EQ((Bytes{1, 2}), (Bytes{1, 2}));
  EXPECT_NE((Bytes{1, 2}), (Bytes{1, 3}));
  EXPECT_NE((Bytes{1, 2}), (Bytes{1}));
  EXPECT_EQ(Bytes(), Bytes{});
}

}  // namespace
}  // namespace ferrule
