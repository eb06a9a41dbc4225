// SPDX-License-Identifier: Apache-2.0
#include "picture/decode.h"

#include <algorithm>
#include <array>

#include "picture/jpeg_decoder.h"
#include "picture/png_decoder.h"
#include "picture/read_file.h"

namespace picture {
namespace {

constexpr std::array<uint8_t, 8> kPngBeginning{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr std::array<uint8_t, 3> kJpegBeginning{0xff, 0xd8, 0xff};

bool begins_with(std::span<const uint8_t> bytes, std::span<const uint8_t> beginning) {
  return bytes.size() >= beginning.size() &&
         std::ranges::equal(bytes.first(beginning.size()), beginning);
}

}  // namespace

Decoded decode_file(const ferrule::UniqueFd& file) {
  const FileBytes bytes = read_file(file);
  if (!bytes) return ferrule::Unexpected(bytes.error());
  return decode_bytes(*bytes);
}

Decoded decode_bytes(std::span<const uint8_t> bytes) {
  if (begins_with(bytes, kPngBeginning)) return decode_png(bytes);
  if (begins_with(bytes, kJpegBeginning)) return decode_jpeg(bytes);
  return failure(Problem::kNoPicture, "not a PNG or JPEG picture");
}

}  // namespace picture
