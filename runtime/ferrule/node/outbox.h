// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "ferrule/base/error.h"
#include "ferrule/wire/message.h"
#include "ferrule/wire/pipe_end.h"
#include "ferrule/node/port_events.h"

namespace ferrule::node {

/// One handle of a message on its way over a link: a descriptor, two, or an end that moves.
using CarriedHandle = std::variant<UniqueFd, wire::DescriptorPair, MovedEnd>;

/// A user's message on its way over a link.
struct TravellingMessage {
  PortName to;
  uint64_t sequence = 0;
  wire::Message message;  // its handles were turned into `handles`
  std::vector<CarriedHandle> handles;
  uint16_t num_hops = 0;  ///< proxies that it has passed
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
  virtual void depart(TravellingMessage message) = 0;
  virtual void depart(const DepartingEvent& event) = 0;
  virtual void depart(const DepartingAttachment& attachment) = 0;
  virtual void depart(const PortProbe& probe) = 0;

 protected:
  ~Departures() = default;
};

/// Listeners to wake.
using WakeList = boost::container::small_vector<std::weak_ptr<wire::PipeEnd::Listener>, 2>;

/// Calls everyone once, in order, and forgets them. Call without a lock.
void wake_all(WakeList& wake, wire::PipeEnd::SignalSource source);

/// Destroys messages, and what their handles hold, one after the other. Closing an end discards the
/// messages it holds, which may hold ends in turn: a peer can build chains of any length, which
/// must not become a recursion. Call without a lock.
void destroy_all(std::vector<wire::Message>& messages);

/// What one step of the router leaves to be done after the routing lock is released: things to
/// send, listeners to wake, and messages to destroy (their handles may be ports, whose closing
/// needs the lock again).
struct Outbox {
  struct Departure {
    std::shared_ptr<Departures> link;
    std::variant<TravellingMessage, DepartingEvent, DepartingAttachment, PortProbe> what;
  };

  boost::container::small_vector<Departure, 1> departures;
  WakeList wake;
  std::vector<wire::Message> discarded;
  /// Links to close, and why.
  std::vector<std::pair<LinkId, Error>> dropped;
  /// Links whose nodes should be introduced to each other.
  std::vector<std::pair<LinkId, LinkId>> introductions;

  /// Sends everything, in order, and destroys what is to be destroyed. Call without a lock.
  void send_all();
};

}  // namespace ferrule::node
