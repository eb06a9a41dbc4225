// SPDX-License-Identifier: Apache-2.0
#include "watched_worker.h"

#include <iostream>
#include <utility>

using std::chrono::milliseconds;

WatchedWorker::WatchedWorker(ferrule::Runtime& runtime, std::string temper, const Times& times,
                             std::function<void()> on_given_up)
    : runtime_(runtime), temper_(std::move(temper)), times_(times), timer_(runtime.executor()) {
  ferrule::SupervisorOptions options;
  options.launch = {
      .program = "/proc/self/exe", .arguments = {"worker", temper_}, .captures_output = true};
  options.restart = {
      .first_delay = milliseconds(10), .most_delay = milliseconds(100), .crash_budget = 2};
  options.on_started = [this](ferrule::ChildProcess& child) { on_started(child); };
  options.on_ended = [this, on_given_up = std::move(on_given_up)](
                         const ferrule::CrashReport& crash, std::optional<milliseconds> delay) {
    timer_.cancel();
    std::cout << temper_ << ": " << crash.to_text();
    if (!crash.output.empty())
      std::cout << "; it said: " << crash.output.substr(0, crash.output.find('\n'));
    std::cout << "; " << (delay ? "starting it again" : "giving it up") << '\n';
    if (!delay) on_given_up();
  };
  supervisor_ = ferrule::Supervisor(runtime_, std::move(options));
}

void WatchedWorker::stop(std::function<void(ferrule::ExitStatus)> on_stopped) {
  timer_.cancel();
  supervisor_.stop({}, std::move(on_stopped));
}

void WatchedWorker::on_started(ferrule::ChildProcess& child) {
  worker_.reset();
  worker_.bind(child.connection().request<watchdog::Worker>(), runtime_.executor());
  ping();
}

void WatchedWorker::ping() {
  timer_.expires_after(times_.patience);
  timer_.async_wait([this](ferrule::error_code error) {
    if (!error) supervisor_.kill("it did not answer");
  });
  worker_->Ping([this](ferrule::error_code error, uint32_t) {
    // Without an answer the supervisor tells more.
    if (!error) on_answer();
  });
}

void WatchedWorker::on_answer() {
  ++num_pings_;
  timer_.expires_after(times_.between_pings);
  timer_.async_wait([this](ferrule::error_code error) {
    if (!error) ping();
  });
}
