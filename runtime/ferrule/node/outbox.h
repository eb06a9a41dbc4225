// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "ferrule/node/port_events.h"
#include "ferrule/wire/message.h"
#include "ferrule/wire/pipe_end.h"

namespace ferrule::node {

/// One handle of a message on its way over a link: a descriptor, or an end that moves.
using CarriedHandle = std::variant<UniqueFd, MovedEnd>;

/// A user's message as it leaves over a link.
struct DepartingMessage {
  PortName to;
  uint64_t sequence = 0;
  wire::Message message;  // its handles were turned into `handles`
  std::vector<CarriedHandle> handles;
};

/// An event as it leaves over a link.
struct DepartingEvent {
  PortName to;
  PortEvent event;
};

struct DepartingAttachment {
  std::string name;
  MovedEnd end;
};

/// Where the router puts what leaves over a link. A `Link` is one; in tests, a list.
class Departures {
 public:
  virtual void depart(DepartingMessage message) = 0;
  virtual void depart(const DepartingEvent& event) = 0;
  virtual void depart(const DepartingAttachment& attachment) = 0;

 protected:
  ~Departures() = default;
};

/// What one step of the router leaves to be done after the routing lock is released: things to send,
/// listeners to wake, and messages to destroy (their handles may be ports, whose closing needs the
/// lock again).
struct Outbox {
  struct Departure {
    std::shared_ptr<Departures> link;
    std::variant<DepartingMessage, DepartingEvent, DepartingAttachment> what;
  };

  boost::container::small_vector<Departure, 1> departures;
  boost::container::small_vector<std::weak_ptr<wire::PipeEnd::Listener>, 2> wake;
  std::vector<wire::Message> discarded;

  /// Sends everything, in order. Call without a lock.
  void send_all();
  /// Wakes everyone. Call without a lock, after `send_all`.
  void wake_all();
};

}  // namespace ferrule::node
