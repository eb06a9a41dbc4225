// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/poll.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace ferrule::platform {

Result<void> poll(std::span<PollItem> items,
                  std::optional<std::chrono::steady_clock::time_point> until) {
  std::vector<pollfd> descriptors;
  descriptors.reserve(items.size());
  for (const PollItem& item : items) {
    const auto events = static_cast<short>(item.wants_to_write ? POLLIN | POLLOUT : POLLIN);
    descriptors.push_back({item.fd->get(), events, 0});
  }
  timespec left{};
  if (until) {
    using std::chrono::nanoseconds;
    const auto rest = std::max(nanoseconds(0), std::chrono::duration_cast<nanoseconds>(
                                                   *until - std::chrono::steady_clock::now()));
    left.tv_sec = static_cast<time_t>(rest.count() / 1'000'000'000);
    left.tv_nsec = static_cast<long>(rest.count() % 1'000'000'000);
  }
  if (::ppoll(descriptors.data(), descriptors.size(), until ? &left : nullptr, nullptr) < 0) {
    if (errno == EINTR) return {};
    return Error::from_errno("ppoll");
  }
  for (size_t i = 0; i < items.size(); ++i) items[i].is_ready = descriptors[i].revents != 0;
  return {};
}

Result<WakeEvent> WakeEvent::create() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return Error::from_errno("eventfd");
  return WakeEvent(std::move(fd));
}

void WakeEvent::set() const noexcept {
  const uint64_t one = 1;
  // Refused only where it is set so often that it surely is.
  static_cast<void>(!::write(fd_.get(), &one, sizeof(one)));
}

void WakeEvent::clear() const noexcept {
  uint64_t count = 0;
  static_cast<void>(!::read(fd_.get(), &count, sizeof(count)));
}

}  // namespace ferrule::platform
