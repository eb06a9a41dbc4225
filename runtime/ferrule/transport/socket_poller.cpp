// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/socket_poller.h"

#include <utility>

#include "ferrule/transport/socket_channel.h"

namespace ferrule::transport {

Result<std::shared_ptr<SocketPoller>> SocketPoller::create() {
  auto event = platform::WakeEvent::create();
  if (!event) return std::move(event).error();
  return std::make_shared<SocketPoller>(std::move(event).value());
}

void SocketPoller::wait(std::optional<std::chrono::steady_clock::time_point> until) {
  std::vector<std::shared_ptr<SocketChannel>> channels;
  std::vector<platform::PollItem> items{{&event_.fd()}};
  std::erase_if(channels_, [&](const std::weak_ptr<SocketChannel>& weak) {
    auto channel = weak.lock();
    if (!channel || !channel->is_open()) return true;
    const bool has_more = channel->send_queued();
    items.push_back({&channel->socket(), has_more});
    channels.push_back(std::move(channel));
    return false;
  });
  // Refused only for want of memory; then this turns into looking again and again.
  static_cast<void>(platform::poll(items, until));
  if (items.front().is_ready) event_.clear();
  // What is delivered may wait in turn.
  const std::thread::id outside = delivering_.exchange(std::this_thread::get_id());
  for (size_t i = 0; i < channels.size(); ++i) {
    if (items[i + 1].is_ready) channels[i]->receive_now();
  }
  delivering_.store(outside);
}

}  // namespace ferrule::transport
