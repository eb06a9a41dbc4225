// SPDX-License-Identifier: Apache-2.0
// What encoding and decoding cost, beside Protocol Buffers and Cap'n Proto. All lanes of a run take
// turns in a random order, nine times, so that they see the same machine.
//
//   micro_bench [--smoke] [--benchmark_filter=REGEX ...]

#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <string_view>
#include <vector>

#include "bench/micro/allocation_count.h"
#include "bench/micro/lanes.h"
#include "bench/micro/table_reporter.h"

namespace ferrule::bench::micro {
namespace {

std::vector<Lane> all_lanes() {
  std::vector<Lane> lanes = ferrule_lanes();
  for (auto more : {protobuf_lanes(), capnp_lanes()}) {
    lanes.insert(lanes.end(), more.begin(), more.end());
  }
  return lanes;
}

void measure(benchmark::State& state, const Lane& lane) {
  uint64_t answer = 0;
  for (auto _ : state) {
    answer = lane.run();
    benchmark::DoNotOptimize(answer);
  }
  const size_t before = num_allocations();
  benchmark::DoNotOptimize(lane.run());
  state.counters["allocations"] = static_cast<double>(num_allocations() - before);
  state.counters["bytes"] = lane.is_decoder ? 0 : static_cast<double>(answer);
}

// Rivals that decode find the same sum, and nobody encodes nothing.
int check(const std::vector<Lane>& lanes) {
  std::map<std::string, uint64_t> sums;
  int num_wrong = 0;
  for (const Lane& lane : lanes) {
    const uint64_t answer = lane.run();
    const bool is_right =
        lane.is_decoder ? sums.try_emplace(lane.work, answer).first->second == answer : answer > 0;
    if (!is_right) {
      std::printf("%s: %s says %llu\n", lane.work.c_str(), lane.name.c_str(),
                  static_cast<unsigned long long>(answer));
      ++num_wrong;
    }
  }
  std::printf("%zu lanes, %d wrong\n", lanes.size(), num_wrong);
  return num_wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run(int argc, char** argv) {
  const std::vector<Lane> lanes = all_lanes();
  if (argc > 1 && std::string_view(argv[1]) == "--smoke") return check(lanes);
  // Before the user's own, which so can say otherwise.
  std::vector<char*> words{argv[0]};
  char defaults[][48] = {"--benchmark_repetitions=9", "--benchmark_min_time=0.05",
                         "--benchmark_enable_random_interleaving=true"};
  for (auto& word : defaults) words.push_back(word);
  words.insert(words.end(), argv + 1, argv + argc);
  int num_words = static_cast<int>(words.size());
  benchmark::Initialize(&num_words, words.data());
  if (benchmark::ReportUnrecognizedArguments(num_words, words.data())) return EXIT_FAILURE;
  for (const Lane& lane : lanes) {
    benchmark::RegisterBenchmark((lane.work + "/" + lane.name).c_str(),
                                 [lane](benchmark::State& state) { measure(state, lane); });
  }
  TableReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace ferrule::bench::micro

int main(int argc, char** argv) { return ferrule::bench::micro::run(argc, argv); }
