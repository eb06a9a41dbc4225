// SPDX-License-Identifier: Apache-2.0
#include "load/server_process.h"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <utility>

ServerProcess::ServerProcess(ferrule::Runtime& runtime, std::string program, std::string sandbox,
                             std::function<void()> on_ready)
    : runtime_(runtime),
      program_(std::move(program)),
      sandbox_(std::move(sandbox)),
      on_ready_(std::move(on_ready)) {}

ferrule::Result<void> ServerProcess::start() {
  auto launched = runtime_.launch(
      {.program = program_,
       .arguments = {"--workers", std::to_string(kNumWorkers), "--sandbox", sandbox_},
       .on_output = [this](std::string_view piece) { on_output(piece); }});
  if (!launched) return std::move(launched).error();
  process_ = *std::move(launched);
  return {};
}

void ServerProcess::on_output(std::string_view piece) {
  rest_ += piece;
  for (size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
    const std::string line = rest_.substr(0, end);
    rest_.erase(0, end + 1);
    on_line(line);
  }
}

void ServerProcess::on_line(const std::string& line) {
  std::istringstream words(line);
  std::string what;
  std::string name;
  std::string verb;
  words >> what >> name;
  if (what == "listening") {
    port_ = static_cast<uint16_t>(std::strtoul(line.c_str() + line.rfind(':') + 1, nullptr, 10));
  } else if (what == "configuration") {
    configuration_ = static_cast<uint32_t>(std::strtoul(name.c_str(), nullptr, 10));
  } else if (what == "worker" && words >> verb && verb == "is") {
    words >> verb >> workers_[name];
    if (workers_.size() == kNumWorkers && on_ready_) std::exchange(on_ready_, nullptr)();
  } else if (what == "worker" && verb == "ended") {
    uint64_t num_connections = 0;
    words >> verb >> num_connections;
    num_lost_connections_ += num_connections;
    workers_.erase(name);
    if (!was_killed(name)) std::cout << line << '\n';
  } else if (what != "ended") {
    std::cout << line << '\n';
  }
}

void ServerProcess::kill_a_worker() {
  if (workers_.empty()) return;
  auto next = workers_.begin();
  std::advance(next, static_cast<long>(killed_.size() % workers_.size()));
  if (::kill(next->second, SIGKILL) == 0) killed_.insert(next->first);
}

void ServerProcess::send_signal(int signal) { ::kill(process_.id(), signal); }

void ServerProcess::wait(std::function<void(ferrule::ExitStatus)> on_ended) {
  process_.async_wait([on_ended = std::move(on_ended)](
                          ferrule::error_code, ferrule::ExitStatus status) { on_ended(status); });
}
