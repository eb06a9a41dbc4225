// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/transport/socket_poller.h"
#include "ferrule/bindings/sync_group.h"
#include "ferrule/bindings/sync_wait.h"

namespace ferrule::service {

/// How a synchronous call waits on the executor of a runtime: it reads and writes the sockets
/// itself. One for each executor, shared by its runtimes. I/O-bound, but `wake`.
class SocketWait final : public bindings::SyncWait {
 public:
  /// That of the executor; made where there is none. Null where the system has no descriptor for
  /// it: then synchronous calls on this executor cannot be answered.
  static std::shared_ptr<SocketWait> of(const boost::asio::any_io_executor& executor);
  SocketWait(std::shared_ptr<bindings::SyncGroup> group,
             std::shared_ptr<transport::SocketPoller> poller) noexcept
      : group_(std::move(group)), poller_(std::move(poller)) {}

  const std::shared_ptr<transport::SocketPoller>& poller() const noexcept { return poller_; }

  void wait(Clock::TimePoint until) override;
  void wake() noexcept override { poller_->wake(); }

 private:
  const std::shared_ptr<bindings::SyncGroup> group_;  // which would forget this without pipes
  const std::shared_ptr<transport::SocketPoller> poller_;
};

}  // namespace ferrule::service
