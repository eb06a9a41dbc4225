// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/listener.h"

#include <utility>

#include "ferrule/service/internal/listener_state.h"

namespace ferrule {

Listener::Listener(std::shared_ptr<service::ListenerState> state) noexcept
    : state_(std::move(state)) {}

Listener& Listener::operator=(Listener&& other) noexcept {
  close();
  state_ = std::move(other.state_);
  return *this;
}

Listener::~Listener() { close(); }

bool Listener::is_open() const noexcept { return state_ && state_->is_open(); }

void Listener::close() noexcept {
  if (const auto state = std::move(state_)) state->close();
}

}  // namespace ferrule
