// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/outbox.h"

#include <utility>

namespace ferrule::node {

void Outbox::send_all() {
  for (Departure& departure : departures) {
    std::visit([&departure](auto& what) { departure.link->depart(std::move(what)); },
               departure.what);
  }
  departures.clear();
}

void Outbox::wake_all() {
  for (const auto& listener : wake) {
    if (const auto alive = listener.lock()) alive->on_pipe_signal();
  }
  wake.clear();
}

}  // namespace ferrule::node
