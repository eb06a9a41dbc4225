// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "client/options.h"
#include "client/printable.h"
#include "client/table.h"
#include "client/thumbnail_folder.h"
#include "picture/decode.h"
#include "tests/test_pictures.h"

namespace client {
namespace {

auto parse(std::vector<const char*> arguments) { return parse_options(arguments); }

TEST(OptionsTest, TakesFilesAndOptionsInAnyOrder) {
  const auto options = parse({"a.png", "--out", "folder", "--kill-decoder", "b.jpg"});
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->kill_decoder);
  EXPECT_EQ(options->out, "folder");
  EXPECT_EQ(options->files, (std::vector<std::string>{"a.png", "b.jpg"}));
}

TEST(OptionsTest, TakesFilesWhoseNamesBeginWithADash) {
  const auto options = parse({"--", "--out"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->files, std::vector<std::string>{"--out"});
}

TEST(OptionsTest, SaysWhatIsWrong) {
  EXPECT_EQ(parse({}).error(), "no files");
  EXPECT_EQ(parse({"--kill-decoder"}).error(), "no files");
  EXPECT_EQ(parse({"a.png", "--out"}).error(), "--out needs a folder");
  EXPECT_EQ(parse({"a.png", "--out", ""}).error(), "--out needs a folder");
  EXPECT_EQ(parse({"--loud"}).error(), "unknown option --loud");
  EXPECT_TRUE(parse({"--help"})->wants_help);
}

TEST(TableTest, PutsNamesLeftAndNumbersRight) {
  using std::chrono::microseconds;
  EXPECT_EQ(format_table({{"a.png", 1, 2, microseconds(1234), 999, 1'000},
                          {"longer name.jpg", 1024, 768, microseconds(98'760), 1'234'567, 0}}),
            "file                 pixels     time  bytes on the socket  bytes in shared memory\n"
            "a.png                 1 x 2   1.2 ms                  999                   1 000\n"
            "longer name.jpg  1024 x 768  98.8 ms            1 234 567                       0\n");
}

TEST(PrintableTest, LeavesNothingThatATerminalObeys) {
  EXPECT_EQ(to_printable("damaged PNG"), "damaged PNG");
  EXPECT_EQ(to_printable("a\x1b[2J\nb\x7f\x9b"), "a?[2J?b??");
  EXPECT_EQ(to_printable(std::string(300, 'x')), std::string(200, 'x') + "...");
}

class ThumbnailFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "example-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    work_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(work_); }

  const picture::Bitmap bitmap_ = picture::make_gradient(5, 4);
  std::filesystem::path work_;
};

picture::Decoded read(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  return picture::decode_bytes({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

TEST_F(ThumbnailFolderTest, MakesItsFolderWithTheFirstThumbnail) {
  ThumbnailFolder folder(work_ / "new" / "folder");
  EXPECT_FALSE(std::filesystem::exists(folder.path()));
  const auto saved = folder.save("/some/where/earth.jpg", bitmap_);
  ASSERT_TRUE(saved) << saved.error();
  EXPECT_EQ(*saved, work_ / "new" / "folder" / "earth.thumbnail.png");
  EXPECT_EQ(*read(*saved), bitmap_);
}

TEST_F(ThumbnailFolderTest, GivesTwoPicturesOfOneNameTwoFiles) {
  ThumbnailFolder folder(work_);
  EXPECT_EQ(folder.save("a/x.png", bitmap_)->filename(), "x.thumbnail.png");
  EXPECT_EQ(folder.save("b/x.png", bitmap_)->filename(), "x-2.thumbnail.png");
  EXPECT_EQ(folder.save("b/x.jpg", bitmap_)->filename(), "x-3.thumbnail.png");
}

TEST_F(ThumbnailFolderTest, ReplacesTheThumbnailOfAnEarlierRun) {
  ASSERT_TRUE(ThumbnailFolder(work_).save("x.png", picture::make_gradient(50, 50)));
  const auto saved = ThumbnailFolder(work_).save("x.png", bitmap_);
  ASSERT_TRUE(saved);
  EXPECT_EQ(*read(*saved), bitmap_);
}

TEST_F(ThumbnailFolderTest, FindsAPlaceOfItsOwn) {
  ASSERT_EQ(::setenv("TMPDIR", work_.c_str(), 1), 0);  // NOLINT(concurrency-mt-unsafe)
  ThumbnailFolder folder{{}};
  const auto saved = folder.save("x.png", bitmap_);
  ::unsetenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe)
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->parent_path(), folder.path());
  EXPECT_EQ(folder.path().parent_path(), work_);
}

TEST_F(ThumbnailFolderTest, SaysWhereItCannotWrite) {
  std::ofstream(work_ / "file") << "text";
  const auto no_folder = ThumbnailFolder(work_ / "file" / "below").save("x.png", bitmap_);
  ASSERT_FALSE(no_folder);
  EXPECT_EQ(no_folder.error(),
            "cannot make the folder " + (work_ / "file" / "below").string() + ": Not a directory");
  std::filesystem::create_directory(work_ / "x.thumbnail.png");
  const auto no_file = ThumbnailFolder(work_).save("x.png", bitmap_);
  ASSERT_FALSE(no_file);
  EXPECT_EQ(no_file.error(),
            "cannot write " + (work_ / "x.thumbnail.png").string() + ": Is a directory");
  EXPECT_TRUE(std::filesystem::is_directory(work_ / "x.thumbnail.png"));
}

}  // namespace
}  // namespace client
