// SPDX-License-Identifier: Apache-2.0
// libjpeg reports an error by calling us and expects that we do not return. The way out is longjmp,
// and its rule in C++: no object with a destructor may live in a frame that is jumped over. So the
// jump stays inside `run_guarded`, below which there are only functions of libjpeg and steps
// written with plain data; all that owns something lives in the frame of `decode_jpeg`, above the
// jump.
#include "picture/jpeg_decoder.h"

#include <csetjmp>
#include <cstdio>
#include <jerror.h>

#include <jpeglib.h>

#include "picture/limits.h"

namespace picture {
namespace {

/// One decompression. libjpeg finds it through the pointers to its members.
struct Decompression {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf on_error;
  const uint8_t* bytes = nullptr;
  size_t num_bytes = 0;
  uint8_t* rgba = nullptr;
  bool has_too_many_scans = false;

  Decompression() = default;
  Decompression(const Decompression&) = delete;
  Decompression& operator=(const Decompression&) = delete;
  /// Does nothing if there was no jpeg_create_decompress; never fails.
  ~Decompression() { jpeg_destroy_decompress(&info); }

  std::string message() {
    char text[JMSG_LENGTH_MAX];
    errors.format_message(reinterpret_cast<j_common_ptr>(&info), text);
    return text;
  }
};

Decompression& decompression_of(j_common_ptr info) {
  return *static_cast<Decompression*>(info->client_data);
}

[[noreturn]] void on_error(j_common_ptr info) { std::longjmp(decompression_of(info).on_error, 1); }

// Negative levels are warnings: the data is corrupt, and libjpeg would go on with grey. These few
// are harmless, and the world is full of files that cause them.
void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
      return;
    default:
      on_error(info);
  }
}

void on_progress(j_common_ptr info) {
  const auto* decompress = reinterpret_cast<j_decompress_ptr>(info);
  if (decompress->input_scan_number <= kMaxJpegScans) return;
  decompression_of(info).has_too_many_scans = true;
  on_error(info);
}

void read_header(Decompression& jpeg) {
  jpeg_create_decompress(&jpeg.info);
  jpeg.progress.progress_monitor = on_progress;
  jpeg.info.progress = &jpeg.progress;
  jpeg.info.mem->max_memory_to_use = kMaxJpegWorkBytes;
  jpeg_mem_src(&jpeg.info, jpeg.bytes, static_cast<unsigned long>(jpeg.num_bytes));
  jpeg_read_header(&jpeg.info, TRUE);
}

void read_rows(Decompression& jpeg) {
  jpeg.info.out_color_space = JCS_EXT_RGBA;
  jpeg_start_decompress(&jpeg.info);
  const size_t row_bytes = size_t{jpeg.info.output_width} * kBytesPerPixel;
  while (jpeg.info.output_scanline < jpeg.info.output_height) {
    JSAMPROW row = jpeg.rgba + jpeg.info.output_scanline * row_bytes;
    jpeg_read_scanlines(&jpeg.info, &row, 1);
  }
  jpeg_finish_decompress(&jpeg.info);
}

// False if libjpeg gave up in `step`; only plain data may live here and below.
bool run_guarded(Decompression& jpeg, void (*step)(Decompression&)) {
  if (setjmp(jpeg.on_error) != 0) return false;
  step(jpeg);
  return true;
}

ferrule::Unexpected<Failure> failure_of(Decompression& jpeg) {
  if (jpeg.has_too_many_scans) {
    return failure(Problem::kTooLarge,
                   "a JPEG of more than " + std::to_string(kMaxJpegScans) + " scans");
  }
  switch (jpeg.errors.msg_code) {
    case JERR_CONVERSION_NOTIMPL:
      return failure(Problem::kUnsupported, "a JPEG with colours other than grey, RGB and YCbCr");
    case JERR_NO_BACKING_STORE:
    case JERR_OUT_OF_MEMORY:
      return failure(Problem::kTooLarge, "a JPEG that takes too much memory to decode");
    default:
      return failure(Problem::kDamaged, "damaged JPEG: " + jpeg.message());
  }
}

}  // namespace

Decoded decode_jpeg(std::span<const uint8_t> bytes) {
  Decompression jpeg;
  jpeg.info.err = jpeg_std_error(&jpeg.errors);
  jpeg.info.client_data = &jpeg;
  jpeg.errors.error_exit = on_error;
  jpeg.errors.emit_message = on_message;
  jpeg.bytes = bytes.data();
  jpeg.num_bytes = bytes.size();
  if (!run_guarded(jpeg, read_header)) return failure_of(jpeg);

  const uint32_t width = jpeg.info.image_width;
  const uint32_t height = jpeg.info.image_height;
  if (!is_allowed_size(width, height)) {
    return failure(Problem::kTooLarge, "a JPEG of " + std::to_string(width) + " x " +
                                           std::to_string(height) + " pixels is too large");
  }
  Bitmap bitmap{width, height, {}};
  bitmap.rgba.resize(size_t{width} * height * kBytesPerPixel);
  jpeg.rgba = bitmap.rgba.data();
  if (!run_guarded(jpeg, read_rows)) return failure_of(jpeg);
  return bitmap;
}

}  // namespace picture
