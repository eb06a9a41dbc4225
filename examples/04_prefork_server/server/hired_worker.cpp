// SPDX-License-Identifier: Apache-2.0
#include "server/hired_worker.h"

#include <iostream>
#include <utility>

using std::chrono::milliseconds;

namespace prefork {

HiredWorker::HiredWorker(ferrule::Runtime& runtime, Options options,
                         std::function<Configuration()> configuration,
                         std::function<void()> on_ready, std::function<void()> on_given_up)
    : runtime_(runtime),
      options_(std::move(options)),
      configuration_(std::move(configuration)),
      on_ready_(std::move(on_ready)) {
  ferrule::SupervisorOptions supervised;
  supervised.launch = {
      .program = options_.program, .arguments = {"worker"}, .sandbox = options_.sandbox};
  // It is killed all the time when this server is tested.
  supervised.restart = {
      .first_delay = milliseconds(1), .most_delay = milliseconds(100), .crash_budget = 1000};
  supervised.on_started = [this](ferrule::ChildProcess& child) { on_started(child); };
  supervised.on_ended = [this, on_given_up = std::move(on_given_up)](
                            const ferrule::CrashReport& crash, std::optional<milliseconds> delay) {
    is_ready_ = false;
    std::cout << "worker " << name() << " ended with " << load()
              << " connections: " << crash.to_text() << std::endl;
    if (!delay) on_given_up();
  };
  supervisor_ = ferrule::Supervisor(runtime_, std::move(supervised));
}

void HiredWorker::on_started(ferrule::ChildProcess& child) {
  std::cout << "worker " << name() << " is process " << child.id() << std::endl;
  num_handed_over_ = 0;
  counters_.reset();
  worker_.reset();
  worker_.bind(child.connection().request<Worker>(), runtime_.executor());
  auto counters = make_counters();
  auto configuration = to_memory(configuration_());
  if (!counters || !configuration) return supervisor_.kill("there is no memory for it");
  auto mapped = SharedMemory::map(*counters, SharedMemory::Access::kRead, sizeof(Counters));
  if (!mapped) return supervisor_.kill(mapped.error().message());
  counters_ = *std::move(mapped);
  worker_->Start(name(), *std::move(counters), *std::move(configuration),
                 [this](ferrule::error_code error) {
                   is_ready_ = !error;
                   if (is_ready_) on_ready_();
                 });
}

// What the worker has written is only as good as the worker.
uint64_t HiredWorker::load() const {
  if (!counters_) return 0;
  const auto* const counters = static_cast<const Counters*>(counters_->bytes());
  return num_handed_over_ -
         std::min(num_handed_over_, counters->num_closed.load(std::memory_order_relaxed));
}

void HiredWorker::hand_over(ferrule::UniqueFd connection) {
  ++num_handed_over_;
  worker_->Serve(std::move(connection));
}

void HiredWorker::configure(const Configuration& configuration) {
  if (!is_ready_) return;  // it gets the newest when it starts
  if (auto memory = to_memory(configuration)) {
    worker_->Configure(*std::move(memory), [](ferrule::error_code) {});
  }
}

void HiredWorker::stop(std::function<void(ferrule::ExitStatus)> on_stopped) {
  is_ready_ = false;
  supervisor_.stop({.after_asking = milliseconds(8000)},
                   [this, on_stopped = std::move(on_stopped)](ferrule::ExitStatus status) {
                     if (!status.is_success()) {
                       std::cout << "worker " << name() << " ended with " << load()
                                 << " connections: " << status.to_text() << std::endl;
                     }
                     on_stopped(status);
                   });
}

}  // namespace prefork
