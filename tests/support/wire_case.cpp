// SPDX-License-Identifier: Apache-2.0
#include "support/wire_case.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace ferrule::test {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::vector<HandleKind> read_handle_kinds(const std::string& text) {
  constexpr std::string_view kMark = "// handles:";
  const size_t at = text.find(kMark);
  if (at == std::string::npos) return {};
  const size_t begin = at + kMark.size();
  std::istringstream words(text.substr(begin, text.find_first_of("\r\n", begin) - begin));
  std::vector<HandleKind> kinds;
  for (std::string word; words >> word;) {
    if (word != "fd" && word != "pipe") throw std::invalid_argument("a handle of kind " + word);
    kinds.push_back(word == "pipe" ? HandleKind::kPipe : HandleKind::kDescriptor);
  }
  return kinds;
}

}  // namespace

std::vector<std::string> find_wire_cases(const std::filesystem::path& folder,
                                         std::string_view prefix) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == ".data" && name.starts_with(prefix)) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

WireCase read_wire_case(const std::filesystem::path& folder, const std::string& name) {
  const std::string text = read_file(folder / (name + ".data"));
  WireCase found{.name = name, .message = {}, .handle_kinds = {}, .expected = {}};
  try {
    found.message = parse_wire_text(text);
    found.handle_kinds = read_handle_kinds(text);
  } catch (const std::invalid_argument& reason) {
    throw std::runtime_error(name + ".data: " + reason.what());
  }
  found.expected = without_line_end(read_file(folder / (name + ".expected")));
  return found;
}

}  // namespace ferrule::test
