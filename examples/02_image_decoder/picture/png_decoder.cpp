// SPDX-License-Identifier: Apache-2.0
// libpng's simplified interface: it keeps its longjmp to itself, so no C++ object is ever jumped
// over, and it converts every kind of PNG. Its own limits bound what it allocates for chunks.
#include "picture/png_decoder.h"

#include <png.h>

#include "picture/limits.h"

namespace picture {
namespace {

/// A png_image that frees what libpng hangs on it.
class PngImage {
 public:
  PngImage() { image_.version = PNG_IMAGE_VERSION; }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
  ~PngImage() { png_image_free(&image_); }

  png_image* get() { return &image_; }
  png_image* operator->() { return &image_; }

  ferrule::Unexpected<Failure> damaged() const {
    return failure(Problem::kDamaged, std::string("damaged PNG: ") + image_.message);
  }

 private:
  png_image image_{};
};

}  // namespace

Decoded decode_png(std::span<const uint8_t> bytes) {
  PngImage image;
  if (png_image_begin_read_from_memory(image.get(), bytes.data(), bytes.size()) == 0) {
    return image.damaged();
  }
  if (!is_allowed_size(image->width, image->height)) {
    return failure(Problem::kTooLarge, "a PNG of " + std::to_string(image->width) + " x " +
                                           std::to_string(image->height) + " pixels is too large");
  }
  image->format = PNG_FORMAT_RGBA;
  Bitmap bitmap{image->width, image->height, {}};
  bitmap.rgba.resize(PNG_IMAGE_SIZE(*image.get()));
  if (png_image_finish_read(image.get(), nullptr, bitmap.rgba.data(), 0, nullptr) == 0) {
    return image.damaged();
  }
  return bitmap;
}

}  // namespace picture
