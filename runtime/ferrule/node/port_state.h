// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "ferrule/base/internal/status_page.h"
#include "ferrule/wire/pipe_end.h"
#include "ferrule/node/credit.h"
#include "ferrule/node/message_queue.h"
#include "ferrule/node/port_events.h"
#include "ferrule/node/port_name.h"

namespace ferrule::node {

/// What the router knows of one port. Guarded by the routing lock of its node.
///
/// A port begins as *receiving*: somebody in this process holds it as a `Port`. Sent over a link it
/// becomes *buffering* until the other side has made the new port and told its name, then
/// *proxying*: it passes on what still arrives and goes away when nothing can arrive any more.
/// *Closed* means it is no longer in the table; only a `Port` object may still point here.
struct PortState {
  enum class Phase : uint8_t { kReceiving, kBuffering, kProxying, kClosed };

  static constexpr uint64_t kFirstSequence = 1;
  static constexpr size_t kMaxEarlierUpstreams = 32;
  static constexpr uint64_t kNoLast = std::numeric_limits<uint64_t>::max();

  PortState(PortName port_name, uint64_t first_to_receive)
      : name(port_name), incoming(first_to_receive) {}

  bool is_proxy() const noexcept { return phase == Phase::kBuffering || phase == Phase::kProxying; }
  /// From `first` on messages come from `sender`.
  void set_sender(const Address& sender, uint64_t first) {
    const auto is_complete = [this](const EarlierUpstream& earlier) {
      return earlier.end <= incoming.next_to_arrive();
    };
    earlier_upstreams.erase(
        std::remove_if(earlier_upstreams.begin(), earlier_upstreams.end(), is_complete),
        earlier_upstreams.end());
    if (upstream.link != kLocal && upstream.link != sender.link &&
        first > incoming.next_to_arrive()) {
      // Honest ports move now and then; two peers that play a port to each other only harm their
      // pipe.
      if (earlier_upstreams.size() == kMaxEarlierUpstreams) {
        earlier_upstreams.erase(earlier_upstreams.begin());
      }
      earlier_upstreams.push_back({upstream.link, first});
    }
    upstream = sender;
    std::erase(awaited_from, sender.link);
  }
  /// Whether messages that were to come over `link` are still missing.
  bool expects_from(LinkId link) const noexcept {
    return std::any_of(earlier_upstreams.begin(), earlier_upstreams.end(),
                       [&](const EarlierUpstream& earlier) {
                         return earlier.link == link && earlier.end > incoming.next_to_arrive();
                       });
  }
  bool awaits(LinkId link) const noexcept {
    return std::find(awaited_from.begin(), awaited_from.end(), link) != awaited_from.end();
  }
  /// Whether everything the peer ever sent was taken out.
  bool is_drained() const noexcept {
    return last_to_receive != kNoLast && incoming.next_to_take() > last_to_receive;
  }
  bool was_given_to(LinkId link) const noexcept {
    return std::find(speakers.begin(), speakers.end(), link) != speakers.end();
  }
  void give_to(LinkId link) {
    if (!was_given_to(link)) speakers.push_back(link);
  }

  /// Where messages come from and go to.
  struct Route {
    LinkId from = kLocal;
    Address to;
    friend bool operator==(const Route&, const Route&) = default;
  };

  const PortName name;
  uint64_t number = 0;  ///< in the order in which the node made its ports
  Phase phase = Phase::kReceiving;
  bool peer_closed = false;
  bool remove_when_drained = false;  ///< a proxy that was told the last number it must pass on
  bool stays = false;                ///< a proxy whose ends cannot reach each other without it
  bool asks_once_more = false;       ///< a proxy that heard of a change while its question was out
  uint32_t num_asked = 0;            ///< how often a proxy was told to ask again
  Route asked_for;                   ///< what a proxy's route was when it last asked to be observed
  bool signalled = false;  ///< the listener was told and has not found the queue empty since

  Address peer;      ///< where messages go that are sent, or passed on, here
  PortName held_in;  ///< the port at which the message waits that this end is in, if it is in one
  PortName partner;  ///< the port of this node that carries the pipe's other direction, if one does
  /// Where messages come from. What matters is the link: whether that is still there.
  Address upstream;
  /// Links over which earlier messages still come: those below a number.
  struct EarlierUpstream {
    LinkId link;
    uint64_t end;
  };
  boost::container::small_vector<EarlierUpstream, 1> earlier_upstreams;
  /// Links whose nodes asked whether they may send here, and have not begun yet. The last one who
  /// sent may be out of the ring by now: with such a link the sender is lost.
  std::vector<LinkId> awaited_from;
  uint64_t next_to_send = kFirstSequence;
  uint64_t last_to_receive = kNoLast;
  MessageQueue incoming;
  SendCredit send_credit;
  ReceiveCredit receive_credit;
  bool wants_credit = false;    ///< its writer was refused and is to be told when there is room
  LinkId last_source = kLocal;  ///< who brought the last message taken: charged if it is bad
  LinkId brought_by = kLocal;   ///< the link that this end came over, which it counts for
  std::weak_ptr<wire::PipeEnd::Listener> listener;
  std::shared_ptr<const Restriction> restriction;  ///< null: anybody may be sent this end

  /// Links that were told this port's name and so may speak to it. Few: mostly one.
  boost::container::small_vector<LinkId, 2> speakers;
  /// Events that a buffering port will pass on once it knows where to.
  std::vector<PortEvent> held;
  /// Proxies that wait for this one to go before they can be observed.
  std::vector<Address> waiting_for_removal;
  /// Proxies whose question came here and could not cross the next link.
  std::vector<Address> stopped_here;
  [[no_unique_address]] const status::Counted<status::Count::kPipeEnds> counted{};
};

}  // namespace ferrule::node
