// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/connection.h"

#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/service/internal/connection_state.h"

namespace ferrule {

Connection::Connection(std::shared_ptr<service::ConnectionState> state) noexcept
    : state_(std::move(state)) {}

Connection& Connection::operator=(Connection&& other) noexcept {
  close();
  state_ = std::move(other.state_);
  return *this;
}

Connection::~Connection() { close(); }

std::unique_ptr<wire::PipeEnd> Connection::request_pipe(std::string name,
                                                        const InterfaceNeeds& needs) {
  FERRULE_CHECK(state_ != nullptr);
  return state_->request(std::move(name), needs);
}

void Connection::provide_pipe(std::string name, std::function<void(MessagePipe)> bind,
                              const InterfaceNeeds& needs) {
  FERRULE_CHECK(state_ != nullptr);
  state_->provide(std::move(name), {std::move(bind), needs});
}

void Connection::grant_context(std::string enumeration, int32_t value) {
  FERRULE_CHECK(state_ != nullptr);
  state_->grant({std::move(enumeration), value});
}

bool Connection::is_open() const noexcept { return state_ && state_->is_open(); }

void Connection::on_closed(bindings::DisconnectHandler handler) {
  FERRULE_CHECK(state_ != nullptr);
  state_->set_closed_handler(std::move(handler));
}

void Connection::close() noexcept {
  if (const auto state = std::move(state_)) state->close();
}

void Connection::set_stop_handler(std::function<void()> handler) {
  provide_pipe(service::kStopName, [handler = std::move(handler)](MessagePipe) { handler(); });
}

PeerCredentials Connection::peer_credentials() const {
  FERRULE_CHECK(state_ != nullptr);
  return state_->peer();
}

const UniqueFd& Connection::peer_process() const {
  FERRULE_CHECK(state_ != nullptr);
  return state_->peer_process();
}

ConnectionCounters Connection::counters() const {
  return state_ ? state_->counters() : ConnectionCounters();
}

}  // namespace ferrule
