// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/bindings/sync_group.h"
#include "ferrule/service/graceful_shutdown.h"
#include "ferrule/service/internal/runtime_core.h"

namespace ferrule::service {

/// What stands behind a `GracefulShutdown`. I/O-bound.
class ShutdownState final : public std::enable_shared_from_this<ShutdownState> {
 public:
  ShutdownState(Runtime& runtime, std::shared_ptr<RuntimeCore> core, ShutdownOptions options);

  void listen();
  void begin();
  /// Calls nobody any more.
  void abandon();

  bool has_begun() const noexcept { return has_begun_; }
  bool was_cut() const noexcept { return was_cut_; }
  std::shared_ptr<void> hold() const { return work_; }

 private:
  void after_turns(int num_turns);
  void look();
  bool is_work_left() const;
  void end();

  Runtime* runtime_;  // null when all is over
  const std::shared_ptr<RuntimeCore> core_;
  const std::shared_ptr<bindings::SyncGroup> group_;  // shared with the pipes of the executor
  const ShutdownOptions options_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer next_look_;
  boost::asio::steady_timer deadline_;
  const std::shared_ptr<void> work_ = std::make_shared<int>();  // a copy for each who holds
  bool has_begun_ = false;
  bool was_cut_ = false;
};

}  // namespace ferrule::service
