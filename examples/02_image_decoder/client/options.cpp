// SPDX-License-Identifier: Apache-2.0
#include "client/options.h"

#include <string_view>

namespace client {

ferrule::Expected<Options, std::string> parse_options(std::span<const char* const> arguments) {
  Options options;
  bool only_files = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (only_files || !argument.starts_with("-")) {
      options.files.emplace_back(argument);
    } else if (argument == "--") {
      only_files = true;
    } else if (argument == "--help" || argument == "-h") {
      options.wants_help = true;
    } else if (argument == "--kill-decoder") {
      options.kill_decoder = true;
    } else if (argument == "--out") {
      if (++i == arguments.size() || *arguments[i] == '\0') {
        return ferrule::Unexpected<std::string>("--out needs a folder");
      }
      options.out = arguments[i];
    } else {
      return ferrule::Unexpected<std::string>("unknown option " + std::string(argument));
    }
  }
  if (options.files.empty() && !options.wants_help) {
    return ferrule::Unexpected<std::string>("no files");
  }
  return options;
}

}  // namespace client
