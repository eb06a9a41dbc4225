// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/socket_wait.h"

#include <optional>
#include <utility>

#include "ferrule/base/log.h"

namespace ferrule::service {

std::shared_ptr<SocketWait> SocketWait::of(const boost::asio::any_io_executor& executor) {
  auto group = bindings::SyncGroup::of(executor);
  // Nobody else installs one.
  if (auto installed = std::dynamic_pointer_cast<SocketWait>(group->installed())) return installed;
  auto poller = transport::SocketPoller::create();
  if (!poller) {
    log(LogLevel::kWarning, "no synchronous calls: " + poller.error().message());
    return nullptr;
  }
  auto wait = std::make_shared<SocketWait>(group, std::move(poller).value());
  group->install(wait);
  return wait;
}

void SocketWait::wait(Clock::TimePoint until) {
  poller_->wait(until == Clock::kNever ? std::nullopt : std::optional(until));
}

}  // namespace ferrule::service
