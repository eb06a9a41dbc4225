// SPDX-License-Identifier: Apache-2.0
// Random networks of nodes by the million: ./dev simulate --seeds N.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "support/node_simulation.h"

namespace {

using ferrule::test::NodeSimulation;
using ferrule::test::SimulationOptions;

/// Every kind of network has its turn.
SimulationOptions options_of(uint64_t seed, uint64_t num_nodes, uint64_t num_steps) {
  SimulationOptions options;
  options.seed = seed;
  options.num_nodes = num_nodes != 0 ? num_nodes : 2 + seed % 4;
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

/// The smallest number of steps that still fails: the trace of a short run is the one to read.
void show(uint64_t seed, uint64_t num_nodes, uint64_t num_steps) {
  for (uint64_t steps = 1; steps <= num_steps; ++steps) {
    SimulationOptions options = options_of(seed, num_nodes, steps);
    if (NodeSimulation(options).run().empty()) continue;
    options.trace = [](const std::string& step) { std::cout << "  " << step << '\n'; };
    NodeSimulation(options).run();
    std::cout << "replay: --first-seed " << seed << " --seeds 1 --steps " << steps << '\n';
    return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, uint64_t> values{
      {"--seeds", 1000}, {"--first-seed", 0}, {"--nodes", 0}, {"--steps", 200}};
  for (int i = 1; i < argc; i += 2) {
    const auto value = values.find(argv[i]);
    if (value == values.end() || i + 1 == argc) {
      std::cerr << "usage: simulate [--seeds N] [--first-seed S] [--nodes K] [--steps M]\n";
      return 2;
    }
    value->second = std::strtoull(argv[i + 1], nullptr, 10);
  }
  const uint64_t first = values["--first-seed"];
  for (uint64_t seed = first; seed < first + values["--seeds"]; ++seed) {
    const std::string failure =
        NodeSimulation(options_of(seed, values["--nodes"], values["--steps"])).run();
    if (failure.empty()) continue;
    std::cout << "seed " << seed << ": " << failure << '\n';
    show(seed, values["--nodes"], values["--steps"]);
    return 1;
  }
  std::cout << values["--seeds"] << " seeds from " << first << ": all invariants held\n";
}
