// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "ferrule/wire/expected.h"

namespace client {

inline constexpr const char* kUsage =
    "usage: image_decoder_client [--kill-decoder] [--out DIR] FILE...\n"
    "\n"
    "Decodes PNG and JPEG files in a process of its own and writes a thumbnail of each.\n"
    "\n"
    "  --out DIR        where the thumbnails go; otherwise a new folder for temporary files\n"
    "  --kill-decoder   kill the decoder while it has the second file (or the only one)\n";

/// What the command line asks for.
struct Options {
  bool wants_help = false;
  bool kill_decoder = false;
  /// Empty: a new folder.
  std::filesystem::path out;
  std::vector<std::string> files;
};

/// Reads the arguments after the program's name; otherwise says what is wrong with them.
ferrule::Expected<Options, std::string> parse_options(std::span<const char* const> arguments);

}  // namespace client
