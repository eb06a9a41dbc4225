// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/socket_introducer.h"

#include <utility>

#include "ferrule/platform/unix_socket.h"
#include "ferrule/transport/socket_transport.h"

namespace ferrule::service {

Result<std::pair<UniqueFd, UniqueFd>> SocketIntroducer::make_channel(node::LinkId /*a*/,
                                                                     node::LinkId /*b*/) {
  if (!is_allowed_) return Error(Errc::kAccessDenied, "this process introduces nobody");
  return platform::make_socket_pair();
}

Result<node::LinkId> SocketIntroducer::open_channel(node::LinkId /*introducer*/, UniqueFd channel) {
  const auto node = node_.lock();
  if (!is_allowed_ || !node) {
    return Error(Errc::kAccessDenied, "this process takes no introductions");
  }
  if (auto checked = platform::check_stream_socket(channel); !checked) return checked.error();
  return node->connect(
      std::make_unique<transport::SocketTransport>(executor_, std::move(channel), options_), {});
}

}  // namespace ferrule::service
