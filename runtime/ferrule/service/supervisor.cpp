// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/supervisor.h"

#include <csignal>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/service/internal/supervisor_state.h"

namespace ferrule {

std::string CrashReport::to_text() const {
  std::string text = status.to_text();
  if (!refused_call.empty()) text += "; its sandbox refused " + refused_call;
  if (!reason.empty()) text += "; " + reason;
  for (const LastCall& call : last_calls) text += "; " + call.to_text();
  return text;
}

Supervisor::Supervisor(Runtime& runtime, SupervisorOptions options)
    : state_(std::make_shared<service::SupervisorState>(runtime, std::move(options))) {}

Supervisor& Supervisor::operator=(Supervisor&& other) noexcept {
  if (state_) state_->abandon();
  state_ = std::move(other.state_);
  return *this;
}

Supervisor::~Supervisor() {
  if (state_) state_->abandon();
}

Result<void> Supervisor::start() {
  FERRULE_CHECK(state_ != nullptr);
  return state_->start();
}

void Supervisor::kill(std::string reason) {
  FERRULE_CHECK(state_ != nullptr);
  state_->kill(std::move(reason));
}

void Supervisor::stop(const StopPatience& patience, std::function<void(ExitStatus)> on_stopped) {
  FERRULE_CHECK(state_ != nullptr);
  state_->stop(patience, std::move(on_stopped));
}

ChildProcess* Supervisor::child() noexcept { return state_ ? state_->child() : nullptr; }

size_t Supervisor::num_starts() const noexcept { return state_ ? state_->num_starts() : 0; }

}  // namespace ferrule
