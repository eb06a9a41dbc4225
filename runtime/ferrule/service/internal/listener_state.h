// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/base/unique_fd.h"
#include "ferrule/service/connection.h"
#include "ferrule/service/internal/runtime_core.h"
#include "ferrule/service/listener.h"

namespace ferrule::service {

/// What stands behind a `Listener`. I/O-bound.
class ListenerState final : public std::enable_shared_from_this<ListenerState> {
 public:
  using OnConnection = std::function<void(Connection)>;

  /// `path` is removed at the end; it may be empty.
  ListenerState(std::shared_ptr<RuntimeCore> core, UniqueFd socket, std::string path,
                OnConnection on_connection, const ListenOptions& options);
  ~ListenerState();

  void start();
  bool is_open() const noexcept { return socket_.is_valid(); }
  void close();

 private:
  void wait();
  void pause();
  void accept_all();
  bool is_admitted(const UniqueFd& socket) const;

  const std::shared_ptr<RuntimeCore> core_;
  UniqueFd socket_;  // invalid once closed
  const std::string path_;
  const OnConnection on_connection_;
  const ListenOptions options_;
  boost::asio::posix::stream_descriptor waiter_;  // on `socket_`, borrowed
  boost::asio::steady_timer retry_;
};

}  // namespace ferrule::service
