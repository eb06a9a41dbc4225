// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/connection_state.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "ferrule/base/log.h"
#include "ferrule/platform/credentials.h"
#include "ferrule/transport/socket_transport.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/service/internal/service_sandbox.h"

namespace ferrule::service {
namespace {

/// Requests that may wait for a provider. Stops a peer that asks without end for what nobody will
/// ever provide; whoever comes too late finds its pipe closed.
constexpr size_t kMaxWaitingRequests = 256;

}  // namespace

Result<std::shared_ptr<ConnectionState>> ConnectionState::open(std::shared_ptr<RuntimeCore> core,
                                                               UniqueFd socket) {
  const auto credentials = platform::peer_credentials(socket);
  if (!credentials) return credentials.error();
  const PeerCredentials peer{credentials->user_id, credentials->group_id, credentials->process_id};
  auto state = std::make_shared<ConnectionState>(Private{}, core, peer);
  state->link_ = core->node->connect(std::make_unique<transport::SocketTransport>(
                                         core->executor, std::move(socket), core->socket_options),
                                     state);
  return state;
}

ConnectionState::ConnectionState(Private /*unused*/, std::shared_ptr<RuntimeCore> core,
                                 PeerCredentials peer)
    : core_(std::move(core)), peer_(peer) {}

// ---- who may have what --------------------------------------------------------------------------

void ConnectionState::grant(GrantedContext context) {
  core_->node->grant(link_, std::move(context.enumeration), context.value);
}

void ConnectionState::grant_all_contexts() { core_->node->grant_all(link_); }

/// Whether the other side may have an end of the interface.
Result<void> ConnectionState::check(const InterfaceNeeds& needs) const {
  const RequiredContext* const required = needs.required_context;
  if (required == nullptr || core_->node->may_hold(link_, *required)) return {};
  return Error(Errc::kAccessDenied,
               std::string(required->interface_name) + " is only for processes that were granted " +
                   std::string(required->enumeration) + " " + std::to_string(required->value) +
                   " or a lower one, which the one with id " + std::to_string(peer_.process_id) +
                   " was not");
}

/// Whoever holds the other end hears why.
void ConnectionState::refuse(MessagePipe pipe, const Error& why) {
  log(LogLevel::kWarning, why.message());
  bindings::Endpoint::create(pipe.take_end(), core_->executor, "")
      ->close_with_reason(static_cast<uint32_t>(why.code().value()), why.message());
}

// ---- pipes by name ------------------------------------------------------------------------------

std::unique_ptr<wire::PipeEnd> ConnectionState::request(std::string name,
                                                        const InterfaceNeeds& needs) {
  auto [ours, theirs] = core_->node->make_pipe_ends();
  auto allowed = check(needs);
  if (allowed && launched_in_) allowed = check_service_sandbox(needs, launched_in_->sandbox);
  if (!allowed) {
    refuse(MessagePipe(std::move(theirs)), allowed.error());
    return std::move(ours);
  }
  // Our own node made the end, so it can refuse only the name; then, and on a closed link, the pipe
  // is closed.
  static_cast<void>(core_->node->attach(link_, std::move(name), std::move(theirs)));
  return std::move(ours);
}

void ConnectionState::hand_over(const Provider& provider, MessagePipe pipe) {
  if (auto allowed = check(provider.needs); !allowed) {
    return refuse(std::move(pipe), allowed.error());
  }
  provider.bind(std::move(pipe));
}

void ConnectionState::provide(std::string name, Provider provider) {
  std::deque<std::pair<std::string, MessagePipe>> still_waiting;
  std::vector<MessagePipe> found;
  for (auto& [waiting_name, pipe] : waiting_) {
    if (waiting_name == name) {
      found.push_back(std::move(pipe));
    } else {
      still_waiting.emplace_back(std::move(waiting_name), std::move(pipe));
    }
  }
  waiting_ = std::move(still_waiting);
  providers_.insert_or_assign(std::move(name), provider);
  for (MessagePipe& pipe : found) hand_over(provider, std::move(pipe));
}

void ConnectionState::on_attachment(std::string name, std::unique_ptr<wire::PipeEnd> end) {
  // Whoever asks for something new of a program that is about to end finds its pipe closed.
  if (core_->is_closing && name != kStopName) return;
  MessagePipe pipe(std::move(end));
  if (const auto provider = providers_.find(name); provider != providers_.end()) {
    // From the loop, not from inside the reading of a batch: a provider may close this connection.
    boost::asio::post(core_->executor, [self = shared_from_this(), provider = provider->second,
                                        pipe = std::move(pipe)]() mutable {
      self->hand_over(provider, std::move(pipe));
    });
  } else if (waiting_.size() < kMaxWaitingRequests) {
    waiting_.emplace_back(std::move(name), std::move(pipe));
  }
}

void ConnectionState::on_link_closed(const Error& reason) {
  is_open_ = false;
  waiting_.clear();
  providers_.clear();
  reason_ = reason;
  if (auto handler = std::exchange(closed_handler_, nullptr)) {
    boost::asio::post(core_->executor, [handler = std::move(handler), reason] { handler(reason); });
  }
}

void ConnectionState::set_closed_handler(bindings::DisconnectHandler handler) {
  closed_handler_ = std::move(handler);
  if (reason_) on_link_closed(*reason_);
}

void ConnectionState::close() {
  closed_handler_ = nullptr;
  is_open_ = false;
  waiting_.clear();
  providers_.clear();
  core_->node->disconnect(link_);
}

ConnectionCounters ConnectionState::counters() const {
  const transport::TransportCounters counters = core_->node->counters(link_);
  return {counters.num_send_calls,    counters.num_receive_calls,
          counters.socket_bytes_sent, counters.socket_bytes_received,
          counters.shared_bytes_sent, counters.shared_bytes_received,
          counters.descriptors_sent,  counters.descriptors_received};
}

}  // namespace ferrule::service
