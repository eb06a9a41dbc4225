// SPDX-License-Identifier: Apache-2.0
#include "bench/peers/processes.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/raw_io.h"

namespace ferrule::bench {
namespace {

pid_t start(const std::function<void()>& work) {
  std::fflush(stdout);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) die("fork");
  if (child != 0) return child;
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) die("prctl");
  if (::getppid() != parent) std::_Exit(1);
  try {
    work();
  } catch (...) {
    std::_Exit(3);  // not up to what the parent has yet to clean up
  }
  std::_Exit(0);
}

}  // namespace

ServerProcess::ServerProcess(const std::function<void(const std::function<void()>&)>& serve) {
  int fds[2];
  if (::pipe(fds) != 0) die("pipe");
  id_ = start([&] {
    ::close(fds[0]);
    serve([&] {
      if (::write(fds[1], "r", 1) != 1) die("write");
      ::close(fds[1]);
    });
  });
  ::close(fds[1]);
  char byte;
  if (::read(fds[0], &byte, 1) != 1) {
    std::fprintf(stderr, "the server ended before it was ready\n");
    std::_Exit(1);
  }
  ::close(fds[0]);
}

ServerProcess::~ServerProcess() {
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

Usage usage_of(pid_t process) {
  Usage usage;
  clockid_t clock;
  timespec time;
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
    die("the server is gone");
  }
  usage.cpu_seconds = static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  // Behind the name, which ends with the last parenthesis: state and six numbers, then the faults.
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  unsigned long long num_faults = 0;
  std::sscanf(line.c_str() + line.rfind(')') + 1, " %*c %*d %*d %*d %*d %*d %*u %llu", &num_faults);
  usage.num_faults = num_faults;
  return usage;
}

std::vector<double> run_together(unsigned count,
                                 const std::function<std::function<void()>(unsigned)>& prepare,
                                 double& total) {
  int to_start[2];
  int to_clients[2];
  if (::pipe(to_start) != 0 || ::pipe(to_clients) != 0) die("pipe");
  const size_t num_bytes = count * sizeof(double);
  void* memory =
      ::mmap(nullptr, num_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) die("mmap");
  auto* times = static_cast<double*>(memory);
  std::vector<pid_t> children;
  char byte = 'r';
  for (unsigned i = 0; i < count; ++i) {
    children.push_back(start([&] {
      const std::function<void()> work = prepare(i);
      char word = 'r';
      if (::write(to_start[1], &word, 1) != 1 || ::read(to_clients[0], &word, 1) != 1) die("start");
      const double begin = seconds_now();
      work();
      times[i] = seconds_now() - begin;
    }));
  }
  for (unsigned i = 0; i < count; ++i) {
    if (::read(to_start[0], &byte, 1) != 1) die("read");
  }
  const double begin = seconds_now();
  const std::string words(count, 'g');
  if (::write(to_clients[1], words.data(), words.size()) != static_cast<ssize_t>(count)) {
    die("write");
  }
  bool has_failed = false;
  for (const pid_t child : children) {
    int status = 0;
    has_failed |= ::waitpid(child, &status, 0) != child || status != 0;
  }
  total = seconds_now() - begin;
  if (has_failed) {
    std::fprintf(stderr, "a client failed\n");
    std::_Exit(1);
  }
  return {times, times + count};
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace ferrule::bench
