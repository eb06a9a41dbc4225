// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/outbox.h"

#include <iterator>
#include <utility>

namespace ferrule::node {

void Outbox::send_all() {
  for (Departure& departure : departures) {
    std::visit([&departure](auto& what) { departure.link->depart(std::move(what)); },
               departure.what);
  }
  departures.clear();
  destroy_all(discarded);
}

void wake_all(WakeList& wake, wire::PipeEnd::SignalSource source) {
  for (const auto& listener : wake) {
    if (const auto alive = listener.lock()) alive->on_pipe_signal(source);
  }
  wake.clear();
}

void destroy_all(std::vector<wire::Message>& messages) {
  // The outermost call on this thread does the work; calls from inside it only add to its list.
  thread_local std::vector<wire::Message>* open_list = nullptr;
  if (messages.empty()) return;
  if (open_list != nullptr) {
    std::move(messages.begin(), messages.end(), std::back_inserter(*open_list));
    messages.clear();
    return;
  }
  open_list = &messages;
  while (!messages.empty()) {
    const wire::Message last = std::move(messages.back());
    messages.pop_back();
  }
  open_list = nullptr;
}

}  // namespace ferrule::node
