// SPDX-License-Identifier: Apache-2.0
#include "picture/png_encoder.h"

#include <png.h>

namespace picture {

EncodedPng encode_png(const Bitmap& bitmap) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = bitmap.width;
  image.height = bitmap.height;
  image.format = PNG_FORMAT_RGBA;
  png_alloc_size_t num_bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<uint8_t> bytes(num_bytes);
  if (png_image_write_to_memory(&image, bytes.data(), &num_bytes, 0, bitmap.rgba.data(), 0,
                                nullptr) == 0) {
    return failure(Problem::kUnsupported, std::string("cannot make a PNG: ") + image.message);
  }
  bytes.resize(num_bytes);
  return bytes;
}

}  // namespace picture
