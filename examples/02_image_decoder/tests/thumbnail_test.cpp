// SPDX-License-Identifier: Apache-2.0
#include "picture/thumbnail.h"

#include <gtest/gtest.h>

#include "picture/decode.h"
#include "picture/png_encoder.h"
#include "tests/test_pictures.h"

namespace picture {
namespace {

BitmapView view(const Bitmap& bitmap) { return {bitmap.width, bitmap.height, bitmap.rgba}; }

TEST(ThumbnailTest, KeepsTheProportions) {
  const Bitmap wide = make_thumbnail(view(make_gradient(400, 100)), 50);
  EXPECT_EQ(wide.width, 50U);
  EXPECT_EQ(wide.height, 12U);
  const Bitmap high = make_thumbnail(view(make_gradient(3, 300)), 50);
  EXPECT_EQ(high.width, 1U);
  EXPECT_EQ(high.height, 50U);
  EXPECT_EQ(high.rgba.size(), 1U * 50 * kBytesPerPixel);
}

TEST(ThumbnailTest, NeverEnlarges) {
  const Bitmap small = make_gradient(7, 5);
  EXPECT_EQ(make_thumbnail(view(small), 256), small);
  EXPECT_EQ(make_thumbnail(view(small), 7), small);
}

TEST(ThumbnailTest, TakesTheMeanOfEachBox) {
  const Bitmap bitmap{4, 2, {0,  0, 0, 255, 10, 0, 0, 255, 100, 0, 0, 255, 100, 9, 0, 255,  //
                             20, 0, 0, 255, 30, 0, 0, 255, 100, 0, 0, 255, 100, 3, 0, 255}};
  const Bitmap expected{2, 1, {15, 0, 0, 255, 100, 3, 0, 255}};
  EXPECT_EQ(make_thumbnail(view(bitmap), 2), expected);
}

TEST(ThumbnailTest, UsesEveryPixelOnceWhenSidesDoNotDivide) {
  Bitmap bitmap = make_gradient(5, 5);
  for (uint8_t& byte : bitmap.rgba) byte = 200;
  const Bitmap small = make_thumbnail(view(bitmap), 3);
  EXPECT_EQ(small, (Bitmap{3, 3, std::vector<uint8_t>(36, 200)}));
}

TEST(ThumbnailTest, TheColourOfTransparentPixelsDoesNotBleed) {
  const Bitmap bitmap{2, 1, {200, 100, 50, 255, 255, 255, 255, 0}};
  const Bitmap expected{1, 1, {200, 100, 50, 128}};
  EXPECT_EQ(make_thumbnail(view(bitmap), 1), expected);
  const Bitmap clear{2, 1, {9, 9, 9, 0, 9, 9, 9, 0}};
  EXPECT_EQ(make_thumbnail(view(clear), 1), (Bitmap{1, 1, {0, 0, 0, 0}}));
}

TEST(PngEncoderTest, KeepsEveryPixel) {
  Bitmap bitmap = make_gradient(33, 17);
  bitmap.rgba[3] = 0;
  bitmap.rgba[7] = 100;
  const EncodedPng file = encode_png(bitmap);
  ASSERT_TRUE(file);
  const Decoded decoded = decode_bytes(*file);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, bitmap);
}

TEST(PngEncoderTest, CannotEncodeNothing) { EXPECT_FALSE(encode_png({})); }

}  // namespace
}  // namespace picture
