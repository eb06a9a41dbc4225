// SPDX-License-Identifier: Apache-2.0
#include "tests/test_pictures.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <jpeglib.h>

#include "picture/png_encoder.h"

namespace picture {
namespace {

void put_big_endian(uint8_t* at, uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
}

// First all coefficients of a grey picture but for their last bit, one a scan; then the last bits.
std::vector<jpeg_scan_info> many_scans() {
  std::vector<jpeg_scan_info> scans{{1, {0}, 0, 0, 0, 0}};
  for (int i = 1; i < 64; ++i) scans.push_back({1, {0}, i, i, 0, 1});
  for (int i = 1; i < 64; ++i) scans.push_back({1, {0}, i, i, 1, 0});
  return scans;
}

void choose(jpeg_compress_struct& info, JpegKind kind, const std::vector<jpeg_scan_info>& scans) {
  switch (kind) {
    case JpegKind::kColour:
      jpeg_set_colorspace(&info, JCS_YCbCr);
      break;
    case JpegKind::kGrey:
      jpeg_set_colorspace(&info, JCS_GRAYSCALE);
      break;
    case JpegKind::kCmyk:
      break;
    case JpegKind::kProgressive:
      jpeg_simple_progression(&info);
      break;
    case JpegKind::kManyScans:
      jpeg_set_colorspace(&info, JCS_GRAYSCALE);
      info.scan_info = scans.data();
      info.num_scans = static_cast<int>(scans.size());
      break;
  }
}

}  // namespace

Bitmap make_gradient(uint32_t width, uint32_t height) {
  Bitmap bitmap{width, height, {}};
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      bitmap.rgba.push_back(static_cast<uint8_t>(x * 255 / width));
      bitmap.rgba.push_back(static_cast<uint8_t>(y * 255 / height));
      bitmap.rgba.push_back(static_cast<uint8_t>(x + y));
      bitmap.rgba.push_back(255);
    }
  }
  return bitmap;
}

std::vector<uint8_t> make_jpeg(uint32_t width, uint32_t height, JpegKind kind) {
  Bitmap bitmap = make_gradient(width, height);
  const std::vector<jpeg_scan_info> scans = many_scans();
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long num_bytes = 0;
  jpeg_mem_dest(&info, &bytes, &num_bytes);
  info.image_width = width;
  info.image_height = height;
  info.input_components = 4;
  info.in_color_space = kind == JpegKind::kCmyk ? JCS_CMYK : JCS_EXT_RGBX;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 95, TRUE);
  choose(info, kind, scans);
  jpeg_start_compress(&info, TRUE);
  for (uint32_t y = 0; y < height; ++y) {
    JSAMPROW row = &bitmap.rgba[size_t{y} * width * kBytesPerPixel];
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  std::vector<uint8_t> file(bytes, bytes + num_bytes);
  jpeg_destroy_compress(&info);
  std::free(bytes);
  return file;
}

std::vector<uint8_t> make_png(uint32_t width, uint32_t height) {
  return encode_png(make_gradient(width, height)).value();
}

std::vector<uint8_t> make_lying_png(uint32_t width, uint32_t height) {
  std::vector<uint8_t> file = make_png(8, 8);
  // The signature, then the header chunk: length, "IHDR", 13 bytes, checksum of all but the length.
  constexpr size_t kName = 12;
  constexpr size_t kData = 16;
  put_big_endian(&file[kData], width);
  put_big_endian(&file[kData + 4], height);
  put_big_endian(&file[kData + 13], static_cast<uint32_t>(::crc32(0, &file[kName], 17)));
  return file;
}

std::vector<uint8_t> make_lying_jpeg(uint16_t width, uint16_t height) {
  std::vector<uint8_t> file = make_jpeg(8, 8, JpegKind::kColour);
  // Start of frame: marker, length, depth, height, width.
  constexpr std::array<uint8_t, 2> kStartOfFrame{0xff, 0xc0};
  const auto frame =
      std::search(file.begin(), file.end(), kStartOfFrame.begin(), kStartOfFrame.end());
  frame[5] = static_cast<uint8_t>(height >> 8);
  frame[6] = static_cast<uint8_t>(height);
  frame[7] = static_cast<uint8_t>(width >> 8);
  frame[8] = static_cast<uint8_t>(width);
  return file;
}

ferrule::UniqueFd make_file(std::span<const uint8_t> bytes) {
  ferrule::UniqueFd file(::memfd_create("picture", MFD_CLOEXEC));
  if (!file ||
      ::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    std::abort();
  }
  return file;
}

}  // namespace picture
