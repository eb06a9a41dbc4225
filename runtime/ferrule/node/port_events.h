// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "ferrule/node/credit.h"
#include "ferrule/node/port_name.h"
#include "ferrule/node/restriction.h"

namespace ferrule::node {

/// What ports tell each other besides messages. Addresses are those of the node that holds the
/// event; on a link they are rewritten (idl/ferrule/node.idl). docs/node-protocol.md tells the
/// whole story.

/// To the port that was moved: its new self lives at `port`.
struct PortAccepted {
  Address port;
};

/// Travels the ring of a pipe, from a proxy onwards, until it meets the port whose peer is `proxy`.
/// That port sends to `target` from now on and answers the proxy.
struct ObserveProxy {
  Address proxy;
  Address target;
  // On a link: the triangles through which it knows these; not valid for ports of its two nodes.
  PortName proxy_key{};
  PortName target_key{};
  bool is_proven = false;  ///< the target was asked and exists; never leaves the node
  uint32_t num_hops = 0;   ///< stops an event that has lost its way, or goes round a bent ring
};

/// To a proxy that asked.
struct ObserveProxyAck {
  enum class Verdict {
    kObserved,  ///< nothing after `last_sequence` will come to it
    kAskAgain,  ///< the one that heard it was a proxy itself and has gone now
    kStays,     ///< nobody could be found who can do without it
    kChanged,   ///< no answer: the next one may be another than the last
  };
  Verdict verdict = Verdict::kObserved;
  uint64_t last_sequence = 0;
};

/// Travels the ring from a closed port onwards: nothing after `last_sequence` will come.
struct PortClosed {
  uint64_t last_sequence = 0;
  uint32_t num_hops = 0;
};

/// To a port: messages from `first_sequence` on come from `sender`.
struct SenderChanged {
  Address sender;
  uint64_t first_sequence = 0;
};

/// Travels the ring from a receiving port to the one that sends to it: how far that may go. Counted
/// from the beginning of the pipe, so an old one does no harm.
struct CreditGranted {
  Credit limit;
  wire::Window window;
  uint32_t num_hops = 0;
};

/// To a port that asked for a target at a third node: whether that exists and may be spoken to.
struct PortProbed {
  bool is_known = false;
};

using PortEvent = std::variant<PortAccepted, ObserveProxy, ObserveProxyAck, PortClosed,
                               SenderChanged, CreditGranted, PortProbed>;

/// To a node that another one spoke of: "`from`, a port of mine, was told of your port `to`. May it
/// speak to it?"
struct PortProbe {
  PortName to;
  PortName from;
  bool withdraws = false;  ///< no question: it will not do so after all
};

/// Another node introduces us to a third: the descriptor beside it is a connection to that one.
struct Introduction {
  PortName key;
  uint32_t distance = 1;  ///< how many introductions lie between the two
};

/// The answer to an introduction, to the one who made it.
struct IntroductionAnswer {
  PortName key;
  bool is_accepted = false;
};

/// An end of a pipe as it travels in a message: what the new port must know to go on where the old
/// one stopped.
struct MovedEnd {
  PortName origin;  ///< the old port, which waits for `PortAccepted`
  Address peer;
  uint64_t next_to_send = 0;
  uint64_t next_to_receive = 0;
  bool peer_closed = false;
  uint64_t last_to_receive = 0;
  SendCredit send_credit{};
  ReceiveCredit receive_credit{};
  std::shared_ptr<const Restriction> restriction{};  ///< shared with the port, and never changed
};

}  // namespace ferrule::node
