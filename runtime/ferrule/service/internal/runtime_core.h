// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/transport/socket_options.h"
#include "ferrule/node/node.h"

namespace ferrule::service {

/// What a `Runtime` is made of. Shared with its connections, so that those may be destroyed after
/// it.
struct RuntimeCore {
  boost::asio::any_io_executor executor;
  transport::SocketOptions socket_options;
  std::shared_ptr<node::Node> node = node::Node::create();
};

}  // namespace ferrule::service
