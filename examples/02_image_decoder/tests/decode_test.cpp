// SPDX-License-Identifier: Apache-2.0
#include "picture/decode.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "picture/limits.h"
#include "tests/test_pictures.h"

namespace picture {
namespace {

Problem problem_of(const Decoded& decoded) {
  EXPECT_FALSE(decoded);
  EXPECT_FALSE(decoded.error().message.empty());
  return decoded.error().problem;
}

// The largest difference of two bytes at the same place: JPEG does not keep pixels exactly.
int distance(const Bitmap& a, const Bitmap& b) {
  if (a.rgba.size() != b.rgba.size()) return 256;
  int most = 0;
  for (size_t i = 0; i < a.rgba.size(); ++i) {
    most = std::max(most, std::abs(int{a.rgba[i]} - int{b.rgba[i]}));
  }
  return most;
}

TEST(DecodeTest, ReadsPng) {
  const Decoded decoded = decode_bytes(make_png(37, 23));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, make_gradient(37, 23));
}

TEST(DecodeTest, ReadsJpeg) {
  for (const JpegKind kind : {JpegKind::kColour, JpegKind::kProgressive}) {
    const Decoded decoded = decode_bytes(make_jpeg(37, 23, kind));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->width, 37U);
    EXPECT_EQ(decoded->height, 23U);
    EXPECT_LT(distance(*decoded, make_gradient(37, 23)), 48);
  }
}

TEST(DecodeTest, ReadsGreyJpegAsEqualColours) {
  const Decoded decoded = decode_bytes(make_jpeg(16, 8, JpegKind::kGrey));
  ASSERT_TRUE(decoded) << decoded.error().message;
  for (size_t i = 0; i < decoded->rgba.size(); i += kBytesPerPixel) {
    EXPECT_EQ(decoded->rgba[i], decoded->rgba[i + 1]);
    EXPECT_EQ(decoded->rgba[i], decoded->rgba[i + 2]);
    EXPECT_EQ(decoded->rgba[i + 3], 255);
  }
}

TEST(DecodeTest, SaysThatSomethingElseIsNoPicture) {
  const std::vector<uint8_t> text(100, 'x');
  EXPECT_EQ(problem_of(decode_bytes(text)), Problem::kNoPicture);
  EXPECT_EQ(problem_of(decode_bytes({})), Problem::kNoPicture);
}

TEST(DecodeTest, RefusesEveryPngThatIsCutOff) {
  constexpr size_t kBeginning = 8;
  constexpr size_t kEndMarker = 12;
  const std::vector<uint8_t> file = make_png(20, 20);
  for (size_t length = kBeginning; length < file.size() - kEndMarker; ++length) {
    EXPECT_EQ(problem_of(decode_bytes(std::span(file).first(length))), Problem::kDamaged) << length;
  }
}

TEST(DecodeTest, RefusesEveryJpegThatIsCutOff) {
  constexpr size_t kBeginning = 3;
  for (const JpegKind kind : {JpegKind::kColour, JpegKind::kProgressive}) {
    const std::vector<uint8_t> file = make_jpeg(20, 20, kind);
    for (size_t length = kBeginning; length < file.size(); ++length) {
      EXPECT_EQ(problem_of(decode_bytes(std::span(file).first(length))), Problem::kDamaged)
          << length;
    }
  }
}

// Some changes cannot be noticed; none may do more than give another picture.
TEST(DecodeTest, BearsEveryChangedByte) {
  for (const std::vector<uint8_t>& whole : {make_png(9, 9), make_jpeg(9, 9, JpegKind::kColour),
                                            make_jpeg(9, 9, JpegKind::kProgressive)}) {
    for (size_t i = 0; i < whole.size(); ++i) {
      for (const uint8_t change : {uint8_t{0x01}, uint8_t{0x80}, uint8_t{0xff}}) {
        std::vector<uint8_t> file = whole;
        file[i] ^= change;
        const Decoded decoded = decode_bytes(file);
        if (!decoded) continue;
        EXPECT_EQ(decoded->rgba.size(), size_t{decoded->width} * decoded->height * kBytesPerPixel);
      }
    }
  }
}

TEST(DecodeTest, NoticesACorruptByteOfPixels) {
  std::vector<uint8_t> png = make_png(50, 50);
  png[png.size() / 2] ^= 0xff;
  EXPECT_EQ(problem_of(decode_bytes(png)), Problem::kDamaged);
}

TEST(DecodeTest, RefusesSizesBeyondTheLimitsBeforeItAllocates) {
  EXPECT_EQ(problem_of(decode_bytes(make_lying_png(30'000, 30'000))), Problem::kTooLarge);
  EXPECT_EQ(problem_of(decode_bytes(make_lying_png(kMaxSide + 1, 1))), Problem::kTooLarge);
  EXPECT_EQ(problem_of(decode_bytes(make_lying_jpeg(30'000, 30'000))), Problem::kTooLarge);
  EXPECT_EQ(problem_of(decode_bytes(make_lying_jpeg(kMaxSide + 1, 1))), Problem::kTooLarge);
}

TEST(DecodeTest, RefusesAPictureThatSaysItIsLargerThanItIs) {
  EXPECT_EQ(problem_of(decode_bytes(make_lying_png(9, 9))), Problem::kDamaged);
  EXPECT_EQ(problem_of(decode_bytes(make_lying_jpeg(2000, 2000))), Problem::kDamaged);
}

TEST(DecodeTest, RefusesAJpegOfEndlessScans) {
  EXPECT_EQ(problem_of(decode_bytes(make_jpeg(16, 16, JpegKind::kManyScans))), Problem::kTooLarge);
}

TEST(DecodeTest, SaysThatItCannotReadCmyk) {
  EXPECT_EQ(problem_of(decode_bytes(make_jpeg(16, 16, JpegKind::kCmyk))), Problem::kUnsupported);
}

}  // namespace
}  // namespace picture
