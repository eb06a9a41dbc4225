// SPDX-License-Identifier: Apache-2.0
#include "client/thumbnail_folder.h"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "picture/png_encoder.h"

namespace client {

ferrule::Expected<std::filesystem::path, std::string> ThumbnailFolder::save(
    const std::filesystem::path& file, const picture::Bitmap& thumbnail) {
  const picture::EncodedPng png = picture::encode_png(thumbnail);
  if (!png) return ferrule::Unexpected(png.error().message);
  if (!make_folder()) {
    return ferrule::Unexpected("cannot make the folder " + path_.string() + ": " +
                               std::system_category().message(errno));
  }
  const std::filesystem::path target = path_ / name_for(file);
  std::ofstream stream(target, std::ios::binary | std::ios::trunc);
  stream.write(reinterpret_cast<const char*>(png->data()),
               static_cast<std::streamsize>(png->size()));
  stream.close();
  if (!stream) {
    const std::string reason = std::system_category().message(errno);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(target, ignored)) {
      std::filesystem::remove(target, ignored);
    }
    return ferrule::Unexpected("cannot write " + target.string() + ": " + reason);
  }
  return target;
}

// Sets errno when it fails.
bool ThumbnailFolder::make_folder() {
  if (path_.empty()) {
    std::string name = std::filesystem::temp_directory_path() / "thumbnails-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) return false;
    path_ = name;
    return true;
  }
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  errno = error.value();
  return !error;
}

std::filesystem::path ThumbnailFolder::name_for(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  std::filesystem::path name = stem + ".thumbnail.png";
  for (int number = 2; !used_names_.insert(name).second; ++number) {
    name = stem + "-" + std::to_string(number) + ".thumbnail.png";
  }
  return name;
}

}  // namespace client
