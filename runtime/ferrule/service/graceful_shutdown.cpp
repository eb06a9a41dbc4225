// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/graceful_shutdown.h"

#include <utility>

#include "ferrule/service/connection.h"
#include "ferrule/service/internal/shutdown_state.h"
#include "ferrule/service/runtime.h"

namespace ferrule {

GracefulShutdown::GracefulShutdown(Runtime& runtime, ShutdownOptions options)
    : state_(std::make_shared<service::ShutdownState>(runtime, runtime.core_, std::move(options))) {
  state_->listen();
}

GracefulShutdown::~GracefulShutdown() { state_->abandon(); }

void GracefulShutdown::follow(Connection& connection) {
  connection.set_stop_handler([weak = std::weak_ptr(state_)] {
    if (const auto state = weak.lock()) state->begin();
  });
}

void GracefulShutdown::begin() { state_->begin(); }

bool GracefulShutdown::has_begun() const noexcept { return state_->has_begun(); }

std::shared_ptr<void> GracefulShutdown::hold() const { return state_->hold(); }

int GracefulShutdown::exit_code() const noexcept { return state_->was_cut() ? kCutExitCode : 0; }

}  // namespace ferrule
