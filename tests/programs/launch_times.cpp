// SPDX-License-Identifier: Apache-2.0
// Prints how long it takes from a launch to the first answer: without a sandbox, with each layer
// alone, and with each preset. launch_times [REPEATS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "probe.idl.h"
#include "support/io_loop.h"

namespace {

using ferrule::sandbox::Layer;
using ferrule::sandbox::Policy;

double milliseconds_to_first_answer(const Policy& policy) {
  boost::asio::io_context io{1};
  ferrule::Runtime runtime(io.get_executor());
  const auto begin = std::chrono::steady_clock::now();
  auto child = runtime.launch(
      {.program = FERRULE_PROBE_PROGRAM, .sandbox = policy, .captures_output = true});
  if (!child) return -1;
  ferrule::Remote<ferrule::test::Probe> probe(child->connection().request<ferrule::test::Probe>(),
                                              io.get_executor());
  bool is_answered = false;
  bool is_good = false;
  probe->Add(2, 3, [&](ferrule::error_code error, int32_t) {
    is_answered = true;
    is_good = !error;
  });
  ferrule::test::run_until(io, [&] { return is_answered; });
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
  return is_good ? time.count() : -1;
}

struct Row {
  std::string name;
  Policy policy;
  std::vector<double> times{};
};

std::vector<Row> all_rows() {
  std::vector<Row> rows{{"none", Policy::none()}};
  for (const Layer layer : ferrule::sandbox::all_layers()) {
    Policy policy = Policy::none();
    policy.require(layer);
    if (layer == Layer::kSeccomp || layer == Layer::kLandlock) {
      policy.require(Layer::kNoNewPrivileges);
    }
    if (layer == Layer::kControlGroup) policy.memory_limit(uint64_t{1} << 30);
    rows.push_back({"only " + std::string(to_name(layer)), policy});
  }
  for (const Layer layer : ferrule::sandbox::all_layers()) {
    rows.push_back(
        {"decoder without " + std::string(to_name(layer)), Policy::decoder().without(layer)});
  }
  for (const std::string_view name : Policy::preset_names()) {
    if (name != "none") rows.push_back({std::string(name), Policy::preset(name).value()});
  }
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::atoi(argv[1]) : 50;
  std::vector<Row> rows = all_rows();
  // In turns, so that what else the machine does falls on all of them.
  for (int i = 0; i < repeats; ++i) {
    for (Row& row : rows) row.times.push_back(milliseconds_to_first_answer(row.policy));
  }
  std::printf("| sandbox | best, ms | median, ms |\n| --- | --- | --- |\n");
  for (Row& row : rows) {
    std::sort(row.times.begin(), row.times.end());
    if (row.times.front() < 0) {
      std::printf("| %s | not here | |\n", row.name.c_str());
    } else {
      std::printf("| %s | %.2f | %.2f |\n", row.name.c_str(), row.times.front(),
                  row.times[row.times.size() / 2]);
    }
  }
}
