// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/child_process.h"

#include <csignal>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/service/internal/child_state.h"

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

}  // namespace ferrule
