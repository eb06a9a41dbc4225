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
  auto child = runtime.launch({.program = FERRULE_PROBE_PROGRAM, .sandbox = policy});
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

void print_row(const std::string& name, const Policy& policy, int repeats) {
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) times.push_back(milliseconds_to_first_answer(policy));
  std::sort(times.begin(), times.end());
  if (times.front() < 0) {
    std::printf("| %s | not here | |\n", name.c_str());
    return;
  }
  std::printf("| %s | %.2f | %.2f |\n", name.c_str(), times[times.size() / 2],
              times[times.size() * 9 / 10]);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::atoi(argv[1]) : 50;
  std::printf("| sandbox | median, ms | nine in ten below, ms |\n| --- | --- | --- |\n");
  print_row("none", Policy::none(), repeats);
  for (const Layer layer : ferrule::sandbox::all_layers()) {
    Policy policy = Policy::none();
    policy.require(layer);
    if (layer == Layer::kSeccomp || layer == Layer::kLandlock) {
      policy.require(Layer::kNoNewPrivileges);
    }
    print_row("only " + std::string(to_name(layer)), policy, repeats);
  }
  for (const std::string_view name : Policy::preset_names()) {
    if (name != "none") print_row(std::string(name), Policy::preset(name).value(), repeats);
  }
}
