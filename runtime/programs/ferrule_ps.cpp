// SPDX-License-Identifier: Apache-2.0
// Shows a tree of processes and which layers of a sandbox the kernel keeps around each. What it
// says of that comes from /proc, never from the processes. What pipes they have only they know.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ferrule/sandbox/observation.h"

#include "programs/shown_counts.h"

namespace {

using ferrule::sandbox::Layer;
using ferrule::sandbox::Observation;
using ferrule::sandbox::Seen;

constexpr std::string_view kUsage =
    R"(usage: ferrule-ps [--layers] PID

Shows process PID and all below it: memory, threads, open sockets, and the layers of a sandbox that
are in force around it, compared with this program. A question mark stands behind a layer that the
kernel does not show. PIPES and LINKS are the ends of pipes and the connections to other processes
that a program has which was launched by another one; they are its own word. A dash stands where
nothing is shown, or not to this user.

  --layers   one line for each layer instead of one word
)";

std::string layers_text(const Observation& process, const char* separator) {
  std::string text;
  for (const Layer layer : ferrule::sandbox::all_layers()) {
    const Seen seen = process.layers[layer];
    // What is never shown is no news.
    if (seen == Seen::kNo || (seen == Seen::kUnknown && layer == Layer::kLandlock)) continue;
    text += text.empty() ? "" : separator;
    text += to_name(layer);
    if (seen == Seen::kUnknown) text += '?';
  }
  return text.empty() ? "-" : text;
}

void print(const std::vector<Observation>& tree, bool is_one_line_each) {
  std::cout << std::left << std::setw(24) << "PID" << std::right << std::setw(10) << "MEMORY"
            << std::setw(10) << "SHARED" << std::setw(9) << "THREADS" << std::setw(9) << "SOCKETS"
            << std::setw(8) << "PIPES" << std::setw(7) << "LINKS"
            << "  ROLE  LAYERS\n";
  std::map<pid_t, size_t> depths;
  for (const Observation& process : tree) {
    const auto parent = depths.find(process.parent_id);
    const size_t depth = parent == depths.end() ? 0 : parent->second + 1;
    depths[process.id] = depth;
    const auto shown = ferrule::programs::read_shown_counts(process.id);
    const auto kilobytes = [](uint64_t bytes) { return std::to_string(bytes >> 10) + "K"; };
    std::cout << std::left << std::setw(24)
              << std::string(2 * depth, ' ') + std::to_string(process.id) << std::right
              << std::setw(10) << kilobytes(process.memory_bytes) << std::setw(10)
              << kilobytes(process.shared_memory_bytes) << std::setw(9) << process.num_threads
              << std::setw(9) << process.num_sockets << std::setw(8)
              << (shown ? std::to_string(shown->num_pipe_ends) : "-") << std::setw(7)
              << (shown ? std::to_string(shown->num_links) : "-") << "  "
              << (process.command.empty() ? "[" + process.name + "]" : process.command) << "  "
              << (is_one_line_each ? "\n    " + layers_text(process, "\n    ")
                                   : layers_text(process, ","))
              << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string_view> words(argv + 1, argv + argc);
  const auto wants_lines = std::find(words.begin(), words.end(), "--layers");
  const bool is_one_line_each = wants_lines != words.end();
  if (is_one_line_each) words.erase(wants_lines);
  pid_t id = 0;
  const bool is_number =
      words.size() == 1 &&
      std::from_chars(words[0].data(), words[0].data() + words[0].size(), id).ptr ==
          words[0].data() + words[0].size();
  if (!is_number) {
    const bool is_help = words.size() == 1 && words[0] == "--help";
    (is_help ? std::cout : std::cerr) << kUsage;
    return is_help ? 0 : 2;
  }
  const std::vector<Observation> tree = ferrule::sandbox::observe_tree(id);
  if (tree.empty()) {
    std::cerr << "ferrule-ps: there is no process " << id << '\n';
    return 1;
  }
  print(tree, is_one_line_each);
}
