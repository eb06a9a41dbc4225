// SPDX-License-Identifier: Apache-2.0
#include "bench/micro/table_reporter.h"

#include <algorithm>
#include <cstdio>

namespace ferrule::bench::micro {
namespace {

double median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  return numbers[numbers.size() / 2];
}

std::string text_of(double nanoseconds) {
  char text[32];
  if (nanoseconds < 10'000) {
    std::snprintf(text, sizeof(text), "%.0f ns", nanoseconds);
  } else {
    std::snprintf(text, sizeof(text), "%.1f µs", nanoseconds / 1000);
  }
  return text;
}

}  // namespace

void TableReporter::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
    Lane& found = lane(run.run_name.function_name);
    found.nanoseconds.push_back(run.GetAdjustedCPUTime());
    found.allocations = run.counters.at("allocations");
    found.bytes = run.counters.at("bytes");
  }
}

// "decode, 1,000 strings/protobuf"
TableReporter::Lane& TableReporter::lane(const std::string& whole_name) {
  const size_t slash = whole_name.find('/');
  const std::string work_name = whole_name.substr(0, slash);
  const std::string lane_name = whole_name.substr(slash + 1);
  auto work = std::ranges::find(works_, work_name, &Work::name);
  if (work == works_.end()) work = works_.insert(works_.end(), Work{work_name, {}});
  auto found = std::ranges::find(work->lanes, lane_name, &Lane::name);
  if (found == work->lanes.end()) {
    found = work->lanes.insert(work->lanes.end(), Lane{lane_name, {}, 0, 0});
  }
  return *found;
}

void TableReporter::Finalize() {
  std::ranges::sort(works_, {}, &Work::name);
  for (const Work& work : works_) print(work);
}

void TableReporter::print(const Work& work) {
  const auto ours = std::ranges::find(work.lanes, "Ferrule", &Lane::name);
  const Lane& base = ours == work.lanes.end() ? work.lanes.front() : *ours;
  std::printf("\n| %s | median | least | time | allocations | bytes |\n", work.name.c_str());
  std::printf("| --- | --- | --- | --- | --- | --- |\n");
  std::vector<const Lane*> sorted;
  for (const Lane& lane : work.lanes) sorted.push_back(&lane);
  std::ranges::sort(sorted, [&base](const Lane* a, const Lane* b) {
    return std::pair(a != &base, a->name) < std::pair(b != &base, b->name);
  });
  for (const Lane* lane : sorted) {
    const double least = *std::ranges::min_element(lane->nanoseconds);
    std::printf("| %s | %.2f | %.2f | %s | %.0f | %.0f |\n", lane->name.c_str(),
                median(lane->nanoseconds) / median(base.nanoseconds),
                least / *std::ranges::min_element(base.nanoseconds),
                text_of(median(lane->nanoseconds)).c_str(), lane->allocations, lane->bytes);
  }
}

}  // namespace ferrule::bench::micro
