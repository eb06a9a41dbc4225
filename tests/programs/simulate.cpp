// SPDX-License-Identifier: Apache-2.0
// Random networks of nodes by the million: ./dev simulate --seeds N.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "support/node_simulation.h"

namespace {

using ferrule::test::NodeSimulation;
using ferrule::test::SimulationOptions;

/// Every kind of network has its turn.
SimulationOptions options_of(uint64_t seed, uint64_t num_nodes, uint64_t num_steps) {
  SimulationOptions options;
  options.seed = seed;
  options.num_nodes = num_nodes != 0 ? num_nodes : 2 + seed % 7;
  options.num_steps = num_steps;
  options.is_mesh = seed / 4 % 2 == 0;
  options.cuts_links = seed / 8 % 3 == 0;
  options.makes_circles = seed / 24 % 2 == 0;
  constexpr SimulationOptions::Introductions kKinds[] = {
      SimulationOptions::Introductions::kNone, SimulationOptions::Introductions::kSome,
      SimulationOptions::Introductions::kAll, SimulationOptions::Introductions::kAll};
  options.introductions = kKinds[seed / 5 % 4];
  switch (seed / 48 % 4) {
    case 0:
      break;
    case 1:
      options.window = {.num_messages = 1 + seed / 192 % 5, .num_bytes = 1000000};
      break;
    case 2:
      options.window = {.num_messages = 1000, .num_bytes = 1 + seed / 192 % 40};
      break;
    case 3:
      options.window = {.num_messages = 4, .num_bytes = 20};
      break;
  }
  return options;
}

using Steps = std::vector<size_t>;

bool fails(SimulationOptions options, const Steps& steps) {
  options.only_steps = steps;
  return !NodeSimulation(options).run().empty();
}

/// Steps without which the run would not fail: leaves out ever shorter pieces, for as long as what
/// is left fails in some way.
Steps shrink(const SimulationOptions& options, Steps steps) {
  for (size_t size = steps.size(); size > 0; size /= 2) {
    bool has_shrunk = true;
    while (has_shrunk) {
      has_shrunk = false;
      for (size_t begin = 0; begin < steps.size();) {
        Steps fewer = steps;
        const auto first = fewer.begin() + static_cast<ptrdiff_t>(begin);
        fewer.erase(first, first + static_cast<ptrdiff_t>(std::min(size, steps.size() - begin)));
        if (fails(options, fewer)) {
          steps = std::move(fewer);
          has_shrunk = true;
        } else {
          begin += size;
        }
      }
    }
  }
  return steps;
}

/// The trace of the shortest run that fails.
void show(SimulationOptions options) {
  Steps steps(options.num_steps);
  std::iota(steps.begin(), steps.end(), size_t{0});
  steps = shrink(options, std::move(steps));
  options.only_steps = steps;
  options.trace = [](const std::string& step) { std::cout << "  " << step << '\n'; };
  NodeSimulation(options).run();
  std::cout << "replay: --first-seed " << options.seed << " --nodes " << options.num_nodes
            << " --only ";
  for (const size_t step : steps) std::cout << (step == steps.front() ? "" : ",") << step;
  std::cout << '\n';
}

/// "3,17,20"
Steps parse_steps(const std::string& text) {
  Steps steps;
  std::istringstream numbers(text);
  for (std::string number; std::getline(numbers, number, ',');) {
    steps.push_back(std::strtoull(number.c_str(), nullptr, 10));
  }
  return steps;
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> values{{"--seeds", "1000"},
                                            {"--first-seed", "0"},
                                            {"--nodes", "0"},
                                            {"--steps", "200"},
                                            {"--only", ""}};
  for (int i = 1; i < argc; i += 2) {
    const auto value = values.find(argv[i]);
    if (value == values.end() || i + 1 == argc) {
      std::cerr << "usage: simulate [--seeds N] [--first-seed S] [--nodes K] [--steps M]\n"
                   "       simulate --first-seed S --nodes K --only STEP,...\n";
      return 2;
    }
    value->second = argv[i + 1];
  }
  const auto number = [&values](const char* name) {
    return std::strtoull(values[name].c_str(), nullptr, 10);
  };
  const uint64_t first = number("--first-seed");
  if (!values["--only"].empty()) {
    SimulationOptions options = options_of(first, number("--nodes"), 0);
    options.only_steps = parse_steps(values["--only"]);
    options.trace = [](const std::string& step) { std::cout << "  " << step << '\n'; };
    return NodeSimulation(options).run().empty() ? 0 : 1;
  }
  for (uint64_t seed = first; seed < first + number("--seeds"); ++seed) {
    const SimulationOptions options = options_of(seed, number("--nodes"), number("--steps"));
    const std::string failure = NodeSimulation(options).run();
    if (failure.empty()) continue;
    std::cout << "seed " << seed << ": " << failure << '\n';
    show(options);
    return 1;
  }
  std::cout << values["--seeds"] << " seeds from " << first << ": all invariants held\n";
}
