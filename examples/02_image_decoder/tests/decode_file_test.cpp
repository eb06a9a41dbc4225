// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "picture/decode.h"
#include "picture/limits.h"
#include "tests/test_pictures.h"

namespace picture {
namespace {

ferrule::UniqueFd open_file(const char* path, int flags) {
  return ferrule::UniqueFd(::open(path, flags | O_CLOEXEC));
}

TEST(DecodeFileTest, ReadsFromTheBeginningWhereverTheOffsetStands) {
  const ferrule::UniqueFd file = make_file(make_png(10, 20));
  const Decoded decoded = decode_file(file);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, make_gradient(10, 20));
}

TEST(DecodeFileTest, RefusesWhatIsNoRegularFile) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const ferrule::UniqueFd read_end(ends[0]);
  const ferrule::UniqueFd write_end(ends[1]);
  for (const ferrule::UniqueFd* fd : {&read_end, &write_end}) {
    const Decoded decoded = decode_file(*fd);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().problem, Problem::kUnreadable);
  }
  for (const char* path : {"/", "/dev/zero"}) {
    const Decoded decoded = decode_file(open_file(path, O_RDONLY));
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().message, "not a regular file");
  }
}

TEST(DecodeFileTest, RefusesADescriptorThatMayNotBeRead) {
  const ferrule::UniqueFd file = make_file(make_png(4, 4));
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  const Decoded decoded = decode_file(open_file(path.c_str(), O_WRONLY));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().problem, Problem::kUnreadable);
}

TEST(DecodeFileTest, RefusesHugeFilesUnread) {
  const ferrule::UniqueFd file = make_file(make_png(4, 4));
  ASSERT_EQ(::ftruncate(file.get(), static_cast<off_t>(kMaxFileBytes) + 1), 0);
  const Decoded decoded = decode_file(file);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().problem, Problem::kTooLarge);
}

TEST(DecodeFileTest, AnEmptyFileIsNoPicture) {
  const Decoded decoded = decode_file(make_file({}));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().problem, Problem::kNoPicture);
}

}  // namespace
}  // namespace picture
