// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/child_process.h"

#include <csignal>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/service/internal/child_state.h"
#include "ferrule/service/internal/connection_state.h"

namespace ferrule {

std::string ExitStatus::to_text() const { return platform::ExitStatus{code, signal}.to_text(); }

ChildProcess::ChildProcess(std::shared_ptr<service::ChildState> state,
                           Connection connection) noexcept
    : state_(std::move(state)), connection_(std::move(connection)) {}

ChildProcess::ChildProcess(ChildProcess&&) noexcept = default;

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (state_) state_->end();
  connection_ = std::move(other.connection_);
  state_ = std::move(other.state_);
  return *this;
}

ChildProcess::~ChildProcess() {
  connection_.close();
  if (state_) state_->end();
}

pid_t ChildProcess::id() const noexcept { return state_ ? state_->process().id() : 0; }

Result<void> ChildProcess::kill() {
  FERRULE_CHECK(state_ != nullptr);
  return state_->process().send_signal(SIGKILL);
}

const boost::asio::any_io_executor& ChildProcess::executor_of(const service::ChildState& state) {
  return state.executor();
}

void ChildProcess::wait(const std::shared_ptr<service::ChildState>& state,
                        std::function<void(error_code, ExitStatus)> handler) {
  FERRULE_CHECK(state != nullptr);
  state->wait(std::move(handler));
}

void ChildProcess::arrive(const std::shared_ptr<service::ChildState>& state,
                          std::function<void(error_code)> handler) {
  FERRULE_CHECK(state != nullptr);
  state->arrival().wait(std::move(handler));
}

void ChildProcess::stop(const StopPatience& patience, ExitHandler handler) {
  FERRULE_CHECK(state_ != nullptr);
  // The pipe itself is the question; nothing is ever sent through it.
  auto question = connection_.is_open() ? connection_.request_pipe(service::kStopName) : nullptr;
  state_->stop(patience, std::move(question), std::move(handler));
}

sandbox::Report ChildProcess::sandbox_report() const {
  FERRULE_CHECK(state_ != nullptr);
  return merge(state_->start_report(), state_->arrival().lock_report());
}

const std::string& ChildProcess::failure() const {
  FERRULE_CHECK(state_ != nullptr);
  return state_->arrival().failure();
}

const std::string& ChildProcess::output() const {
  FERRULE_CHECK(state_ != nullptr);
  return state_->output().text();
}

std::vector<LastCall> ChildProcess::last_calls() const {
  FERRULE_CHECK(state_ != nullptr);
  return state_->status().last_calls();
}

}  // namespace ferrule
