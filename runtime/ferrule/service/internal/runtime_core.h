// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/transport/socket_options.h"
#include "ferrule/node/node.h"
#include "ferrule/service/internal/socket_introducer.h"
#include "ferrule/service/internal/socket_wait.h"

namespace ferrule::service {

/// What a `Runtime` is made of. Shared with its connections, so that those may be destroyed after
/// it.
struct RuntimeCore {
  explicit RuntimeCore(boost::asio::any_io_executor io_executor)
      : executor(std::move(io_executor)),
        sync_wait(SocketWait::of(executor)),
        socket_options{.poller = sync_wait ? sync_wait->poller() : nullptr},
        introducer(std::make_shared<SocketIntroducer>(node, executor, socket_options)) {
    node->set_introducer(introducer);
  }

  boost::asio::any_io_executor executor;
  std::shared_ptr<SocketWait> sync_wait;
  transport::SocketOptions socket_options;
  std::shared_ptr<node::Node> node = node::Node::create();
  std::shared_ptr<SocketIntroducer> introducer;
};

}  // namespace ferrule::service
