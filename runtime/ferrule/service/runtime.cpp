// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/runtime.h"

#include <utility>

#include "ferrule/platform/unix_socket.h"
#include "ferrule/service/internal/child_state.h"
#include "ferrule/service/internal/connection_state.h"
#include "ferrule/service/internal/inherited_listener.h"
#include "ferrule/service/internal/invitation.h"
#include "ferrule/service/internal/listener_state.h"
#include "ferrule/service/internal/runtime_core.h"
#include "ferrule/service/internal/service_sandbox.h"

namespace ferrule {
namespace {

using StateResult = Result<std::shared_ptr<service::ConnectionState>>;

Result<void> check_sandbox(const LaunchOptions& options) {
  for (const InterfaceNeeds& needs : options.serves) {
    if (auto checked = service::check_service_sandbox(needs, options.sandbox); !checked) {
      return Error(Errc::kLaunchFailed, checked.error().message());
    }
  }
  return {};
}

}  // namespace

Runtime::Runtime(boost::asio::any_io_executor executor)
    : core_(std::make_shared<service::RuntimeCore>(std::move(executor))) {}

Runtime::~Runtime() { core_->node->disconnect_all(); }

const boost::asio::any_io_executor& Runtime::executor() const noexcept { return core_->executor; }

std::pair<std::unique_ptr<wire::PipeEnd>, std::unique_ptr<wire::PipeEnd>>
Runtime::make_pipe_ends() {
  return core_->node->make_pipe_ends();
}

void Runtime::allow_introductions(bool is_allowed) noexcept {
  core_->introducer->set_allowed(is_allowed);
}

Result<ChildProcess> Runtime::launch(LaunchOptions options) {
  if (auto checked = check_sandbox(options); !checked) return std::move(checked).error();
  auto invited = service::launch_with_invitation(options);
  if (!invited) return std::move(invited).error();
  StateResult connection = service::ConnectionState::open(core_, std::move(invited->socket));
  if (!connection) return std::move(connection).error();
  (*connection)->set_sandbox(options.sandbox);
  for (GrantedContext& context : options.contexts) (*connection)->grant(std::move(context));
  auto state = std::make_shared<service::ChildState>(core_->executor, std::move(invited->process));
  state->follow(*invited, options);
  return ChildProcess(std::move(state), Connection(std::move(*connection)));
}

Result<Connection> Runtime::accept_invitation() {
  auto socket = service::take_invitation();
  if (!socket) return std::move(socket).error();
  StateResult state = service::ConnectionState::open(core_, std::move(*socket));
  if (!state) return std::move(state).error();
  (*state)->grant_all_contexts();
  return Connection(std::move(*state));
}

Result<Listener> Runtime::listen(const std::string& path,
                                 std::function<void(Connection)> on_connection,
                                 const ListenOptions& options) {
  auto socket = platform::listen_on(path, {.permissions = options.permissions});
  if (!socket) return std::move(socket).error();
  auto state = std::make_shared<service::ListenerState>(core_, std::move(*socket), path,
                                                        std::move(on_connection), options);
  state->start();
  return Listener(std::move(state));
}

Result<Listener> Runtime::listen_inherited(const std::string& name,
                                           std::function<void(Connection)> on_connection,
                                           const ListenOptions& options) {
  auto socket = service::take_inherited_listener(name);
  if (!socket) return std::move(socket).error();
  // Without a path: the file belongs to whoever made it.
  auto state = std::make_shared<service::ListenerState>(core_, std::move(*socket), std::string(),
                                                        std::move(on_connection), options);
  state->start();
  return Listener(std::move(state));
}

Result<Connection> Runtime::connect(const std::string& path) {
  auto socket = platform::connect_to(path);
  if (!socket) return std::move(socket).error();
  StateResult state = service::ConnectionState::open(core_, std::move(*socket));
  if (!state) return std::move(state).error();
  return Connection(std::move(*state));
}

void Runtime::stop_accepting() {
  core_->is_closing = true;
  for (const auto& weak : std::exchange(core_->listeners, {})) {
    if (const auto listener = weak.lock()) listener->close();
  }
}

size_t Runtime::num_ports() const { return core_->node->num_ports(); }

}  // namespace ferrule
