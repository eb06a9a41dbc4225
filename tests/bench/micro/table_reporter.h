// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmark/benchmark.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ferrule::bench::micro {

/// Prints what was measured as tables for docs/benchmarks.md, one row a lane, with ratios to
/// Ferrule's lane of the same work: of medians and of least times, which a busy machine disturbs
/// less.
class TableReporter final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& /*context*/) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

 private:
  struct Lane {
    std::string name;
    std::vector<double> nanoseconds;
    double allocations = 0;
    double bytes = 0;
  };
  struct Work {
    std::string name;
    std::vector<Lane> lanes;
  };

  Lane& lane(const std::string& whole_name);
  static void print(const Work& work);

  std::vector<Work> works_;
};

}  // namespace ferrule::bench::micro
