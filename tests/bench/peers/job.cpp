// SPDX-License-Identifier: Apache-2.0
#include "bench/peers/job.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <unistd.h>

namespace ferrule::bench {
namespace {

[[noreturn]] void explain(const char* program) {
  std::fprintf(stderr,
               "usage: %s --workload call|stream|flight|frame [--variant NAME] [--size BYTES]\n"
               "  [--count N] [--warm-up N] [--in-flight N] [--clients N]\n",
               program);
  std::exit(2);
}

}  // namespace

Job parse_job(int argc, char** argv) {
  std::map<std::string, std::string> values{
      {"--workload", ""}, {"--variant", ""},      {"--size", "64"},  {"--count", "1000"},
      {"--warm-up", ""},  {"--in-flight", "128"}, {"--clients", "1"}};
  for (int i = 1; i < argc; i += 2) {
    const auto value = values.find(argv[i]);
    if (value == values.end() || i + 1 == argc) explain(argv[0]);
    value->second = argv[i + 1];
  }
  const auto number = [&](const char* name) {
    char* end = nullptr;
    const uint64_t result = std::strtoull(values[name].c_str(), &end, 10);
    if (values[name].empty() || *end != '\0') explain(argv[0]);
    return result;
  };
  Job job;
  job.workload = values["--workload"];
  if (job.workload.empty()) explain(argv[0]);
  job.variant = values["--variant"];
  job.num_bytes = number("--size");
  job.count = number("--count");
  job.num_warm_up = values["--warm-up"].empty() ? job.count / 10 + 1 : number("--warm-up");
  job.num_in_flight = static_cast<unsigned>(number("--in-flight"));
  job.num_clients = static_cast<unsigned>(number("--clients"));
  if (job.count == 0 || job.num_in_flight == 0 || job.num_clients == 0) explain(argv[0]);
  return job;
}

}  // namespace ferrule::bench
