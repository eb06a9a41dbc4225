// SPDX-License-Identifier: Apache-2.0
#include "bench/peers/peer.h"

#include <algorithm>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

#include "bench/peers/processes.h"

namespace ferrule::bench {
namespace {

/// The bytes that requests carry, and what a server must answer to them.
struct Request {
  explicit Request(const Job& job) : bytes(job.num_bytes) {
    fill_words(bytes, 1);
    sum = sum_words(bytes);
  }
  std::vector<uint8_t> bytes;
  uint64_t sum;
};

void check(bool is_right, const char* what) {
  if (is_right) return;
  std::fprintf(stderr, "wrong answer: %s\n", what);
  std::_Exit(1);
}

/// Does the work `count` times; gives back how long each call took, for those workloads that wait.
std::vector<double> work(const Job& job, const Request& request, Client& client, uint64_t count) {
  std::vector<double> times;
  if (job.workload == "call" || job.workload == "frame") {
    times.reserve(count);
    const uint64_t num_words = job.num_bytes / 8;
    double before = seconds_now();
    for (uint64_t i = 0; i < count; ++i) {
      if (job.workload == "call") {
        check(client.call(request.bytes) == request.sum, "call");
      } else {
        const uint64_t sum = client.send_frame(job.num_bytes, i);
        check(sum == num_words * i + num_words * (num_words - 1) / 2, "frame");
      }
      const double now = seconds_now();
      times.push_back(now - before);
      before = now;
    }
  } else if (job.workload == "stream") {
    client.stream(request.bytes, count);
  } else if (job.workload == "flight") {
    client.fly(request.bytes, count, job.num_in_flight);
  } else {
    std::fprintf(stderr, "there is no workload named %s\n", job.workload.c_str());
    std::_Exit(2);
  }
  return times;
}

double percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
}

/// Of those that were waited for: all clients, with what they did to get ready.
double cpu_seconds_of_children() {
  rusage usage;
  if (::getrusage(RUSAGE_CHILDREN, &usage) != 0) die("getrusage");
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/// One line of JSON, written member by member.
class JsonLine {
 public:
  void add(const char* name, double value) { std::printf("%s\"%s\": %.9g", next(), name, value); }
  void add(const char* name, const std::string& value) {
    std::printf("%s\"%s\": \"", next(), name);
    for (const char c : value) {
      if (c == '"' || c == '\\') std::putchar('\\');
      std::putchar(c);
    }
    std::putchar('"');
  }
  ~JsonLine() { std::printf("}\n"); }

 private:
  const char* next() { return std::exchange(separator_, ", "); }
  const char* separator_ = "{";
};

void describe(JsonLine& line, const Job& job, const Peer& peer) {
  line.add("peer", peer.name());
  line.add("variant", job.variant);
  line.add("workload", job.workload);
  line.add("size", static_cast<double>(job.num_bytes));
  line.add("count", static_cast<double>(job.count));
  line.add("in_flight", job.num_in_flight);
  line.add("clients", job.num_clients);
  line.add("settings", peer.settings(job));
}

void measure_one(const Job& job, Peer& peer, const ServerProcess& server) {
  const Request request(job);
  const std::unique_ptr<Client> client = peer.connect(job);
  work(job, request, *client, job.num_warm_up);
  const auto counters_before = client->counters();
  const Usage server_before = usage_of(server.id());
  const Usage own_before = usage_of(::getpid());
  const double begin = seconds_now();
  std::vector<double> times = work(job, request, *client, job.count);
  const double seconds = seconds_now() - begin;
  const Usage own = usage_of(::getpid());
  const Usage servers = usage_of(server.id());

  JsonLine line;
  describe(line, job, peer);
  line.add("seconds", seconds);
  line.add("client_cpu_seconds", own.cpu_seconds - own_before.cpu_seconds);
  line.add("server_cpu_seconds", servers.cpu_seconds - server_before.cpu_seconds);
  line.add("faults", static_cast<double>(own.num_faults - own_before.num_faults +
                                         servers.num_faults - server_before.num_faults));
  if (!times.empty()) {
    std::sort(times.begin(), times.end());
    line.add("p50", percentile(times, 0.5));
    line.add("p99", percentile(times, 0.99));
    line.add("least", times.front());
  }
  const auto counters = client->counters();
  for (size_t i = 0; i < counters.size(); ++i) {
    line.add(counters[i].first.c_str(), counters[i].second - counters_before[i].second);
  }
}

void measure_many(const Job& job, Peer& peer, const ServerProcess& server) {
  const Usage server_before = usage_of(server.id());
  const Request request(job);
  double seconds = 0;
  const std::vector<double> times = run_together(
      job.num_clients,
      [&](unsigned) -> std::function<void()> {
        std::shared_ptr<Client> client = peer.connect(job);
        work(job, request, *client, job.num_warm_up);
        return [&job, &request, client] { work(job, request, *client, job.count); };
      },
      seconds);
  const Usage servers = usage_of(server.id());

  JsonLine line;
  describe(line, job, peer);
  line.add("seconds", seconds);
  line.add("client_cpu_seconds", cpu_seconds_of_children());
  line.add("server_cpu_seconds", servers.cpu_seconds - server_before.cpu_seconds);
  line.add("faults", static_cast<double>(servers.num_faults - server_before.num_faults));
  line.add("fairness", *std::min_element(times.begin(), times.end()) /
                           *std::max_element(times.begin(), times.end()));
}

/// A folder that goes with the run.
class RunFolder {
 public:
  RunFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "ferrule-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) die("mkdtemp");
    path = pattern;
  }
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;
  ~RunFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string path;
};

}  // namespace

void Client::stream(std::span<const uint8_t> /*message*/, uint64_t /*count*/) {
  throw Unsupported();
}
void Client::fly(std::span<const uint8_t> /*request*/, uint64_t /*count*/,
                 unsigned /*num_in_flight*/) {
  throw Unsupported();
}
uint64_t Client::send_frame(size_t num_bytes, uint64_t first) {
  frame_.resize(num_bytes);
  fill_words(frame_, first);
  return call(frame_);
}

int run_peer(int argc, char** argv, Peer&& peer) {
  Job job = parse_job(argc, argv);
  const RunFolder folder;
  job.folder = folder.path;
  std::signal(SIGPIPE, SIG_IGN);
  const ServerProcess server(
      [&](const std::function<void()>& is_ready) { peer.serve(job, is_ready); });
  try {
    if (job.num_clients == 1) {
      measure_one(job, peer, server);
    } else {
      measure_many(job, peer, server);
    }
    return 0;
  } catch (const Unsupported&) {
    std::fprintf(stderr, "%s has no %s\n", peer.name().c_str(), job.workload.c_str());
    return 3;
  }
}

}  // namespace ferrule::bench
