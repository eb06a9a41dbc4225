// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/listener_state.h"

#include <chrono>
#include <unistd.h>
#include <utility>

#include "ferrule/base/log.h"
#include "ferrule/platform/credentials.h"
#include "ferrule/platform/unix_socket.h"
#include "ferrule/service/internal/connection_state.h"

namespace ferrule::service {
namespace {

/// While no descriptor is left, the socket stays readable: without a pause we would spin.
constexpr std::chrono::milliseconds kPauseAfterError{100};

}  // namespace

ListenerState::ListenerState(std::shared_ptr<RuntimeCore> core, UniqueFd socket, std::string path,
                             OnConnection on_connection, const ListenOptions& options)
    : core_(std::move(core)),
      socket_(std::move(socket)),
      path_(std::move(path)),
      on_connection_(std::move(on_connection)),
      options_(options),
      waiter_(core_->executor, socket_.get()),
      retry_(core_->executor) {}

ListenerState::~ListenerState() { close(); }

void ListenerState::start() {
  std::erase_if(core_->listeners, [](const auto& listener) { return listener.expired(); });
  core_->listeners.push_back(weak_from_this());
  wait();
}

void ListenerState::close() {
  if (!socket_) return;
  retry_.cancel();
  static_cast<void>(waiter_.release());
  socket_.reset();
  if (!path_.empty() && !path_.starts_with('@')) ::unlink(path_.c_str());
}

void ListenerState::wait() {
  waiter_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [weak = weak_from_this()](error_code error) {
                       const auto self = weak.lock();
                       if (self && !error) self->accept_all();
                     });
}

void ListenerState::pause() {
  retry_.expires_after(kPauseAfterError);
  retry_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self && !error) self->wait();
  });
}

void ListenerState::accept_all() {
  while (socket_) {
    auto accepted = platform::accept_from(socket_);
    if (!accepted) {
      log(LogLevel::kWarning, accepted.error().message());
      return pause();
    }
    if (!*accepted) return wait();
    // It is asked while it is still a bare socket. The answer may have closed us.
    if (options_.admits && !is_admitted(*accepted)) continue;
    if (!socket_) return;
    Result<UniqueFd> process = UniqueFd();
    if (options_.keeps_peer_process) process = platform::open_peer_process(*accepted);
    auto connection = ConnectionState::open(core_, std::move(*accepted));
    // The peer may be gone already; the others wait.
    if (!connection) continue;
    if (process) (*connection)->keep_peer_process(*std::move(process));
    on_connection_(Connection(std::move(*connection)));
  }
}

bool ListenerState::is_admitted(const UniqueFd& socket) const {
  const auto credentials = platform::peer_credentials(socket);
  if (!credentials) return false;
  ConnectingPeer peer{{credentials->user_id, credentials->group_id, credentials->process_id}, {}};
  if (auto process = platform::peer_process(socket)) peer.process = *std::move(process);
  return options_.admits(peer);
}

}  // namespace ferrule::service
