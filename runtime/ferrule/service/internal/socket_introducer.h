// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/transport/socket_options.h"
#include "ferrule/node/node.h"

namespace ferrule::service {

/// Gives processes that know each other only through this one a socket of their own, and takes
/// those that others make, once that is allowed. Owned by the runtime, borrowed by its node.
class SocketIntroducer final : public node::Node::Introducer {
 public:
  SocketIntroducer(std::weak_ptr<node::Node> node, boost::asio::any_io_executor executor,
                   const transport::SocketOptions& options)
      : node_(std::move(node)), executor_(std::move(executor)), options_(options) {}

  /// Thread-safe.
  void set_allowed(bool is_allowed) noexcept { is_allowed_ = is_allowed; }

 private:
  Result<std::pair<UniqueFd, UniqueFd>> make_channel(node::LinkId a, node::LinkId b) override;
  Result<node::LinkId> open_channel(node::LinkId introducer, UniqueFd channel) override;

  const std::weak_ptr<node::Node> node_;
  const boost::asio::any_io_executor executor_;
  const transport::SocketOptions options_;
  std::atomic<bool> is_allowed_ = false;
};

}  // namespace ferrule::service
