// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>

#include "ferrule/wire/traits.h"
#include "ferrule/file.idl.h"
#include "ferrule/types/file.h"

namespace ferrule::types {

template <class Plain, class File>
struct FileTraits {
  static constexpr std::string_view kRule = "FILE_RIGHTS: not a regular file open in this way";
  static Plain shape(const File& /*file*/) { return {}; }
  static Plain to_plain(File&& file) { return {.descriptor = file.take_descriptor()}; }
  static bool read(Plain plain, File& out) {
    auto file = File::adopt(std::move(plain.descriptor));
    if (file) out = *std::move(file);
    return file.ok();
  }
};

}  // namespace ferrule::types

template <>
struct ferrule::MappingTraits<ferrule::ReadOnlyFile>
    : ferrule::types::FileTraits<ferrule::common::ReadOnlyFile, ferrule::ReadOnlyFile> {};

template <>
struct ferrule::MappingTraits<ferrule::ReadWriteFile>
    : ferrule::types::FileTraits<ferrule::common::ReadWriteFile, ferrule::ReadWriteFile> {};
