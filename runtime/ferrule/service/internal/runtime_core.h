// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/platform/descriptor_limit.h"
#include "ferrule/transport/socket_options.h"
#include "ferrule/node/node.h"
#include "ferrule/service/internal/socket_introducer.h"
#include "ferrule/service/internal/socket_wait.h"

namespace ferrule::service {

class ListenerState;

/// What all peers together may make this process keep. Of its descriptors they leave a quarter.
inline node::Holdings max_holdings_of_process() {
  node::Holdings max = node::kMaxHoldings;
  max.num_unread_descriptors =
      std::min(max.num_unread_descriptors, platform::max_open_descriptors() / 4 * 3);
  return max;
}

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
  std::shared_ptr<node::Node> node =
      node::Node::create(node::kInitialWindow, max_holdings_of_process());
  std::shared_ptr<SocketIntroducer> introducer;
  /// That may still be open.
  std::vector<std::weak_ptr<ListenerState>> listeners{};
  /// No process gets anything new from this one.
  bool is_closing = false;
};

}  // namespace ferrule::service
