// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>

#include "ferrule/base/unique_fd.h"
#include "ferrule/bindings/disconnect_handler.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/service/interface_needs.h"

namespace ferrule {

namespace service {
class ConnectionState;
}

/// Who is at the other side of a connection, as the kernel recorded it when the connection was
/// made. Decide by user and group; a process id may belong to somebody else by now.
struct PeerCredentials {
  uid_t user_id = 0;
  gid_t group_id = 0;
  pid_t process_id = 0;

  friend bool operator==(const PeerCredentials&, const PeerCredentials&) = default;
};

/// What a connection did so far, in calls and bytes.
struct ConnectionCounters {
  uint64_t num_send_calls = 0;     ///< sendmsg(2)
  uint64_t num_receive_calls = 0;  ///< recvmsg(2)
  uint64_t socket_bytes_sent = 0;
  uint64_t socket_bytes_received = 0;
  uint64_t shared_bytes_sent = 0;  ///< in shared memory, beside the socket
  uint64_t shared_bytes_received = 0;
  uint64_t descriptors_sent = 0;  ///< of messages and of shared memory
  uint64_t descriptors_received = 0;
};

/// A connection to another process. Each side offers interfaces by name, and asks for those of the
/// other; everything else travels through the pipes that come of it.
///
///   connection.provide<Calculator>([&](PendingReceiver<Calculator> pending) { ... });   // there
///   Remote<Calculator> calculator(connection.request<Calculator>(), executor);          // here
///
/// Both sides take the other for hostile: a broken rule ends the connection, and only this
/// connection. Destroying it closes it; so does the other process by ending. Pipes that crossed it
/// are then closed. Move-only. I/O-bound: use it on the runtime's executor.
class Connection {
 public:
  Connection() = default;
  explicit Connection(std::shared_ptr<service::ConnectionState> state) noexcept;
  Connection(Connection&&) noexcept = default;
  Connection& operator=(Connection&& other) noexcept;
  ~Connection();

  /// Asks the other side for an `Interface`. Calls may be made at once; they wait until somebody
  /// provides it. If nobody can, the pipe is closed; so it is for names of more than 1024 bytes.
  template <class Interface>
  PendingRemote<Interface> request(std::string_view name = Interface::kInterfaceName) {
    return PendingRemote<Interface>(request_pipe(std::string(name), needs_of<Interface>()));
  }
  /// Calls `bind` for each request of the other side for an `Interface`, also for those that came
  /// before.
  template <class Interface>
  void provide(std::function<void(PendingReceiver<Interface>)> bind,
               std::string_view name = Interface::kInterfaceName) {
    provide_pipe(
        std::string(name),
        [bind = std::move(bind)](MessagePipe pipe) {
          bind(PendingReceiver<Interface>(pipe.take_end()));
        },
        needs_of<Interface>());
  }
  /// The same without types: pipes by name.
  std::unique_ptr<wire::PipeEnd> request_pipe(std::string name, const InterfaceNeeds& needs = {});
  void provide_pipe(std::string name, std::function<void(MessagePipe)> bind,
                    const InterfaceNeeds& needs = {});

  /// From now on the other side may be sent ends of interfaces that require `value` of the enum
  /// `enumeration`, "module.Enum", or a higher one (`[RequireContext]`). Before, and without,
  /// sending one fails with `Errc::kAccessDenied`. Whoever launched this program may have all.
  void grant_context(std::string enumeration, int32_t value);
  void grant_context(const RequiredContext& context) {
    grant_context(std::string(context.enumeration), context.value);
  }

  bool is_open() const noexcept;
  /// Called once when the connection has ended and its pipes are closed, unless `close` was called.
  /// The handler takes `const Error& reason` or nothing. `Errc::kBadMessage` means that the peer
  /// broke the rule that the reason names.
  template <bindings::DisconnectCallable Handler>
  void set_closed_handler(Handler handler) {
    on_closed(bindings::to_disconnect_handler(std::move(handler)));
  }
  void close() noexcept;
  /// Called when the program that launched this one asks it to stop, by `ChildProcess::async_stop`:
  /// finish what is under way and end. Until there is a handler the question waits.
  void set_stop_handler(std::function<void()> handler);

  PeerCredentials peer_credentials() const;
  /// A pidfd of the process at the other side: readable once that has ended. Only of a listener
  /// with `ListenOptions::keeps_peer_process`; empty elsewhere, and of a process that was gone at
  /// once. Before Linux 6.5 it is found by the process id, which may already have been given to
  /// another.
  const UniqueFd& peer_process() const;
  /// Thread-safe.
  ConnectionCounters counters() const;

 private:
  void on_closed(bindings::DisconnectHandler handler);

  std::shared_ptr<service::ConnectionState> state_;  // shared with the node, which calls it
};

}  // namespace ferrule
