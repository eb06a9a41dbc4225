// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "support/wire_judge.h"

// Runs a folder of cases against an interface. Linked with the generated code of that interface and
// its glue; `./dev wire_check` builds one for any IDL file. tests/wire_corpus/README.md shows how
// to write cases.

namespace ferrule::test {
namespace {

constexpr const char* kUsage =
    "usage: wire_check --interface NAME [--response] [--strict] [--verbose] [--prefix P] DIR\n";

struct Options {
  std::string interface;
  std::string folder;
  std::string prefix;
  bool is_response = false;
  bool is_verbose = false;
  Strictness strictness = Strictness::kFormat;
};

bool read_options(const std::vector<std::string>& words, Options& out) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--response") {
      out.is_response = true;
    } else if (word == "--strict") {
      out.strictness = Strictness::kValues;
    } else if (word == "--verbose") {
      out.is_verbose = true;
    } else if ((word == "--interface" || word == "--prefix") && i + 1 < words.size()) {
      (word == "--prefix" ? out.prefix : out.interface) = words[++i];
    } else if (!word.starts_with("-") && out.folder.empty()) {
      out.folder = word;
    } else {
      return false;
    }
  }
  return !out.folder.empty() && !out.interface.empty();
}

// By its whole name or the last part of it.
const JudgedInterface* find_interface(std::string_view name) {
  for (const JudgedInterface& interface : judged_interfaces()) {
    const std::string_view known = interface.name;
    if (known == name || known.substr(known.rfind('.') + 1) == name) return &interface;
  }
  return nullptr;
}

// "Add request: field b: ..." where the message comes so far.
std::string explain(const wire::DecodeFailure& failure) {
  return failure.error == wire::ValidationError::kNone ? "" : " (" + to_string(failure) + ")";
}

bool passes(const JudgedInterface& interface, const std::string& name, const Options& options) {
  const WireCase wire_case = read_wire_case(options.folder, name);
  // Who expects that a C++ type refuses a value wants it asked.
  const Strictness strictness = wire_case.expected == "VALIDATION_ERROR_DESERIALIZATION_FAILED"
                                    ? Strictness::kValues
                                    : options.strictness;
  const auto failure = judge(interface, wire_case, options.is_response, strictness);
  const std::string got = expected_line(failure.error);
  const bool is_expected = got == wire_case.expected;
  if (!is_expected) {
    std::printf("%s: expected %s got %s%s\n", name.c_str(), wire_case.expected.c_str(), got.c_str(),
                explain(failure).c_str());
  } else if (options.is_verbose) {
    std::printf("%s: %s%s\n", name.c_str(), got.c_str(), explain(failure).c_str());
  }
  return is_expected;
}

int run(const Options& options) {
  const JudgedInterface* interface = find_interface(options.interface);
  if (interface == nullptr) {
    std::fprintf(stderr, "wire_check: no interface %s\n", options.interface.c_str());
    return 2;
  }
  size_t num_passed = 0;
  size_t num_failed = 0;
  for (const std::string& name : find_wire_cases(options.folder, options.prefix)) {
    try {
      ++(passes(*interface, name, options) ? num_passed : num_failed);
    } catch (const std::exception& reason) {
      std::printf("%s: cannot be run: %s\n", name.c_str(), reason.what());
      ++num_failed;
    }
  }
  std::printf("%zu passed, %zu failed\n", num_passed, num_failed);
  if (num_passed + num_failed == 0) std::fprintf(stderr, "wire_check: no cases there\n");
  return num_failed == 0 && num_passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace ferrule::test

int main(int argc, char** argv) {
  ferrule::test::Options options;
  if (!ferrule::test::read_options({argv + 1, argv + argc}, options)) {
    std::fputs(ferrule::test::kUsage, stderr);
    return 2;
  }
  try {
    return ferrule::test::run(options);
  } catch (const std::exception& reason) {
    std::fprintf(stderr, "wire_check: %s\n", reason.what());
    return 2;
  }
}
