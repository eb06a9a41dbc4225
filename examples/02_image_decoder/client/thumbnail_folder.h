// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "ferrule/wire/expected.h"

#include "picture/bitmap.h"

namespace client {

/// Where thumbnails go. The folder is made when the first of them comes; one run never writes two
/// thumbnails to one file, but it does replace those of an earlier run.
class ThumbnailFolder {
 public:
  /// An empty path: a new folder among the temporary files.
  explicit ThumbnailFolder(std::filesystem::path path) : path_(std::move(path)) {}

  /// Empty until the first thumbnail, if it was so at first.
  const std::filesystem::path& path() const { return path_; }

  /// Writes the thumbnail of the picture `file`; answers where, or why not.
  ferrule::Expected<std::filesystem::path, std::string> save(const std::filesystem::path& file,
                                                             const picture::Bitmap& thumbnail);

 private:
  bool make_folder();
  std::filesystem::path name_for(const std::filesystem::path& file);

  std::filesystem::path path_;
  std::set<std::filesystem::path> used_names_;
};

}  // namespace client
