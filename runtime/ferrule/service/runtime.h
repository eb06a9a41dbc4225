// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/result.h"
#include "ferrule/wire/pipe_end.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/service/child_process.h"
#include "ferrule/service/connection.h"
#include "ferrule/service/listener.h"

namespace ferrule {

namespace service {
struct RuntimeCore;
}

/// A program's part in the network of processes: makes pipes, starts and connects to other
/// processes. A program has one. It has no thread: it works on the executor that it is lent.
///
///   boost::asio::io_context io;
///   Runtime runtime(io.get_executor());
///   auto child = runtime.launch({.program = "calculator_service"});
///
/// The executor runs one handler at a time: an io_context that one thread runs, or a strand.
/// I/O-bound, but `make_pipe` and `make_pipe_ends`, which are thread-safe. Destroying the runtime
/// closes its connections; pipes inside the process go on.
class Runtime final : public wire::PipeFactory {
 public:
  explicit Runtime(boost::asio::any_io_executor executor);
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  ~Runtime();

  const boost::asio::any_io_executor& executor() const noexcept;

  template <class Interface>
  PendingPipe<Interface> make_pipe() {
    return ferrule::make_pipe<Interface>(*this);
  }
  std::pair<std::unique_ptr<wire::PipeEnd>, std::unique_ptr<wire::PipeEnd>> make_pipe_ends()
      override;

  /// Whether processes may be given connections of their own by others. Where three programs allow
  /// it and the one in the middle has sent an end of a pipe from one to the other, that pipe no
  /// longer goes through it, and goes on if it ends. Off at first: a connection that came of it
  /// stays until one of the two runtimes is destroyed, and so keeps the executor busy. Thread-safe.
  void allow_introductions(bool is_allowed = true) noexcept;

  /// Starts a program that will call `accept_invitation`, connected to this one. Errors:
  /// `Errc::kLaunchFailed`, with the reason; that the program ends early is seen by its connection.
  Result<ChildProcess> launch(LaunchOptions options);
  /// In a program that was launched: the connection to the one that launched it. Once. Errors:
  /// `Errc::kNotFound` if this program was started by hand.
  Result<Connection> accept_invitation();

  /// Calls `on_connection` for every process that connects to the socket `path`. Look at its
  /// `peer_credentials`; to refuse it, let go of it. By default only this user can connect at all.
  Result<Listener> listen(const std::string& path, std::function<void(Connection)> on_connection,
                          const ListenOptions& options = {});
  /// The same on a socket that whoever started this program listens on for it, by the protocol of
  /// systemd: LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES. `name` is one of the names; an empty one
  /// takes the first socket. Each can be taken once. Its file stays when the listener goes. Errors:
  /// `Errc::kNotFound`: there is no such socket.
  Result<Listener> listen_inherited(const std::string& name,
                                    std::function<void(Connection)> on_connection,
                                    const ListenOptions& options = {});
  /// Connects to a program that listens at `path`. Errors: those of connect(2), with the path.
  Result<Connection> connect(const std::string& path);

  /// Closes all listeners, and gives nothing more to those who are connected: pipes that they ask
  /// for are closed. Pipes that they have go on. `GracefulShutdown` begins with it.
  void stop_accepting();

  /// For those who count: ends of pipes and proxies in this process. Thread-safe.
  size_t num_ports() const;

 private:
  friend class GracefulShutdown;

  const std::shared_ptr<service::RuntimeCore> core_;  // shared with connections
};

}  // namespace ferrule
