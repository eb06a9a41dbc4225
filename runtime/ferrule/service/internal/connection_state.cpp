// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/connection_state.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "ferrule/platform/credentials.h"
#include "ferrule/transport/socket_transport.h"

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

std::unique_ptr<wire::PipeEnd> ConnectionState::request(std::string name) {
  auto [ours, theirs] = core_->node->make_pipe_ends();
  // Our own node made the end, so it can refuse only the name; then, and on a closed link, the pipe
  // is closed.
  static_cast<void>(core_->node->attach(link_, std::move(name), std::move(theirs)));
  return std::move(ours);
}

void ConnectionState::provide(std::string name, Bind bind) {
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
  providers_.insert_or_assign(std::move(name), bind);
  for (MessagePipe& pipe : found) bind(std::move(pipe));
}

void ConnectionState::on_attachment(std::string name, std::unique_ptr<wire::PipeEnd> end) {
  // Whoever asks for something new of a program that is about to end finds its pipe closed.
  if (core_->is_closing && name != kStopName) return;
  MessagePipe pipe(std::move(end));
  if (const auto provider = providers_.find(name); provider != providers_.end()) {
    // From the loop, not from inside the reading of a batch: a provider may close this connection.
    boost::asio::post(core_->executor, [bind = provider->second, pipe = std::move(pipe)]() mutable {
      bind(std::move(pipe));
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
