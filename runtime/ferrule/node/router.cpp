// SPDX-License-Identifier: Apache-2.0
//
// The two ports of a pipe and the proxies between them form a ring: each port knows one neighbour,
// the one it sends to. A proxy passes on what comes to it. Messages carry numbers, so it does not
// matter over which arc they come; events that look for somebody (ObserveProxy, PortClosed) travel
// the ring until they find him.
//
// The rule to remember: a port's name is made by the node it lives in, and whoever has been told
// the name may speak to the port.
//
// Here are the tables, and messages on their way; the other files have the rest.
#include "ferrule/node/router.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/transport/frame.h"
#include "ferrule/node/router_rules.h"

namespace ferrule::node {
namespace {

using Phase = PortState::Phase;
using TakeStatus = wire::PipeEnd::TakeStatus;

bool carries_ends(const wire::Message& message) {
  return std::any_of(message.handles().begin(), message.handles().end(),
                     [](const wire::Handle& handle) { return handle.is_pipe(); });
}

}  // namespace

std::shared_ptr<PortState> Router::make_port(uint64_t first_to_receive) {
  auto port = std::make_shared<PortState>(namer_.make(), first_to_receive);
  port->number = ++last_port_;
  ports_.emplace(port->name, port);
  return port;
}

PortState* Router::find(const PortName& name) const {
  const auto it = ports_.find(name);
  return it == ports_.end() ? nullptr : it->second.get();
}

std::pair<std::shared_ptr<PortState>, std::shared_ptr<PortState>> Router::make_pipe() {
  const Credit credit{initial_window_.num_messages, initial_window_.num_bytes};
  const auto make_end = [&] {
    auto end = make_port(PortState::kFirstSequence);
    end->receive_credit.window = initial_window_;
    end->receive_credit.granted = end->send_credit.limit = credit;
    end->send_credit.window = initial_window_;
    return end;
  };
  auto a = make_end();
  auto b = make_end();
  a->peer = a->upstream = {kLocal, b->name};
  b->peer = b->upstream = {kLocal, a->name};
  return {std::move(a), std::move(b)};
}

void Router::add_link(LinkId link, std::shared_ptr<Departures> departures) {
  links_[link].departures = std::move(departures);
}

std::vector<std::shared_ptr<const PortState>> Router::ports() const {
  std::vector<std::shared_ptr<const PortState>> ports;
  for (const auto& [name, port] : ports_) ports.push_back(port);
  std::sort(ports.begin(), ports.end(),
            [](const auto& a, const auto& b) { return a->number < b->number; });
  return ports;
}

size_t Router::num_proxies() const noexcept {
  return static_cast<size_t>(std::count_if(
      ports_.begin(), ports_.end(), [](const auto& entry) { return entry.second->is_proxy(); }));
}

// ---- what users do ------------------------------------------------------------------------------

Result<void> Router::send(PortState& port, wire::Message&& message, Outbox& outbox) {
  FERRULE_CHECK(port.phase == Phase::kReceiving);
  if (!port.peer_closed && !port.send_credit.allows(port.next_to_send)) {
    port.wants_credit = true;
    return Error(Errc::kWouldBlock, "the other end of the pipe has to read first");
  }
  size_t num_descriptors = 0;
  for (const wire::Handle& handle : message.handles()) {
    num_descriptors += handle.num_descriptors();
    if (num_descriptors > transport::kMaxFrameDescriptors) {
      outbox.discarded.push_back(std::move(message));
      return Error(Errc::kInvalidArgument, "the message has too many file descriptors");
    }
    if (!handle.is_pipe()) continue;
    const PortState* end = ends_.find(*handle.pipe());
    if (end == nullptr || end == &port || (port.peer.is_local() && end->name == port.peer.port)) {
      outbox.discarded.push_back(std::move(message));
      return Error(Errc::kInvalidArgument, end == nullptr
                                               ? "the pipe end belongs to another runtime"
                                               : "a pipe end cannot travel through its own pipe");
    }
    if (auto allowed = check_restriction(*end, next_link(port)); !allowed) {
      outbox.discarded.push_back(std::move(message));
      return allowed;
    }
  }
  if (port.peer_closed) {
    outbox.discarded.push_back(std::move(message));
    return {};
  }
  const uint64_t charge = charge_of(message);
  port.send_credit.bytes_sent += charge;
  route(port.peer, port.next_to_send++, {std::move(message), charge, kLocal, 0}, outbox);
  settle(outbox);
  return {};
}

bool Router::is_writable(PortState& port) {
  if (port.peer_closed || port.send_credit.is_ample(port.next_to_send)) return true;
  port.wants_credit = true;
  return false;
}

TakeStatus Router::take(PortState& port, wire::Message& message, Outbox& outbox) {
  if (!port.incoming.has_next()) {
    port.signalled = false;
    return port.is_drained() ? TakeStatus::kPeerClosed : TakeStatus::kEmpty;
  }
  QueuedMessage next = port.incoming.take_next();
  leave_queue(next);
  port.last_source = next.source;
  port.receive_credit.bytes_taken += next.charge;
  message = std::move(next.message);
  for (const wire::Handle& handle : message.handles()) {
    if (handle.is_pipe()) ends_.find(*handle.pipe())->held_in = {};
  }
  grant_credit(port, outbox);
  return TakeStatus::kMessage;
}

void Router::set_window(PortState& port, const wire::Window& window, Outbox& outbox) {
  port.receive_credit.window = bounded(window);
  grant_credit(port, outbox);
}

/// Tells the sender that it may send more, if that is worth a message.
void Router::grant_credit(PortState& port, Outbox& outbox) {
  ReceiveCredit& credit = port.receive_credit;
  const uint64_t last_taken = port.incoming.next_to_take() - 1;
  if (!credit.is_due(last_taken) || port.peer_closed) return;
  const Credit before = credit.granted;
  credit.granted.raise_to(credit.possible(last_taken));
  if (credit.granted == before) return;
  post(port.peer, CreditGranted{credit.granted, credit.window}, outbox);
  settle(outbox);
}

// ---- messages on their way ----------------------------------------------------------------------

void Router::route(const Address& to, uint64_t sequence, QueuedMessage message, Outbox& outbox) {
  if (to.is_local()) {
    PortState* port = find(to.port);
    if (port == nullptr || !accept(*port, sequence, message, outbox)) {
      outbox.discarded.push_back(std::move(message.message));
    }
    return;
  }
  const auto link = links_.find(to.link);
  if (link == links_.end()) {
    outbox.discarded.push_back(std::move(message.message));
    return;
  }
  std::vector<wire::Handle>& handles = message.message.handles();
  std::vector<CarriedHandle> carried;
  carried.reserve(handles.size());
  for (wire::Handle& handle : handles) {
    if (const auto end = handle.take_pipe()) {
      auto port = ends_.detach(*end);
      // Who sent it was asked before. It was on its way to another place then, or came from a node
      // that does not know this one.
      if (!check_restriction(*port, to.link)) port = make_dead_end(*port, outbox);
      carried.emplace_back(move_end(*port, to.link, outbox));
    } else if (handle.is_descriptor_pair()) {
      carried.emplace_back(handle.take_descriptor_pair());
    } else {
      carried.emplace_back(handle.take_descriptor());
    }
  }
  handles.clear();
  outbox.departures.push_back(
      {link->second.departures, TravellingMessage{to.port, sequence, std::move(message.message),
                                                  std::move(carried), message.num_hops}});
}

/// Queues a message, or passes it on; `port` may be gone afterwards. False if its number was here
/// before: then it is left alone.
bool Router::accept(PortState& port, uint64_t sequence, QueuedMessage& message, Outbox& outbox) {
  if (port.incoming.had(sequence)) return false;
  if (port.peer_closed && sequence > port.last_to_receive) {
    // Only where a link was lost or a rule broken: the end of the pipe was moved forward.
    outbox.discarded.push_back(std::move(message.message));
    return true;
  }
  if (port.phase == Phase::kReceiving && !fits_window(port, sequence)) {
    outbox.discarded.push_back(std::move(message.message));
    lose_sender(port, outbox);
    return true;
  }
  if (closes_circle(port, message.message)) {
    outbox.discarded.push_back(std::move(message.message));
    return true;
  }
  message.message.buffer().make_private();
  enter_queue(message);
  port.incoming.insert(sequence, std::move(message));
  if (port.phase == Phase::kReceiving) {
    if (port.incoming.has_next()) signal(port, outbox);
  } else if (port.phase == Phase::kProxying) {
    forward_ready(port, outbox);
  }
  return true;
}

/// Whether a sender that keeps to what it was granted can have sent this now.
bool Router::fits_window(const PortState& port, uint64_t sequence) {
  const ReceiveCredit& credit = port.receive_credit;
  return sequence <= credit.granted.sequence &&
         credit.bytes_taken + port.incoming.charge_before_last() < credit.granted.bytes;
}

/// Whether nobody could ever take this message: because an end in it holds, in messages that wait
/// there, the very port that it is for. Or only after very many others were taken, which is treated
/// alike. Otherwise notes for each end in it where it waits.
bool Router::closes_circle(const PortState& port, const wire::Message& message) {
  for (const wire::Handle& handle : message.handles()) {
    if (!handle.is_pipe()) continue;
    PortState* const end = ends_.find(*handle.pipe());
    size_t depth = 0;
    for (const PortState* outer = &port; outer != nullptr; outer = find(outer->held_in)) {
      if (outer == end || ++depth > kMaxEndNesting) return true;
    }
    end->held_in = port.name;
  }
  return false;
}

void Router::forward_ready(PortState& port, Outbox& outbox) {
  while (port.incoming.has_next()) {
    const uint64_t sequence = port.incoming.next_to_take();
    QueuedMessage next = port.incoming.take_next();
    leave_queue(next);
    if (next.num_hops < std::numeric_limits<uint16_t>::max()) ++next.num_hops;
    if (next.num_hops > kMaxHopsWithEnds && carries_ends(next.message)) {
      // It runs after a port that is in a message which runs after an end in this one: they would
      // never meet. The pipe ends with the message before.
      outbox.discarded.push_back(std::move(next.message));
      return handle(port, PortClosed{sequence - 1}, kLocal, outbox);
    }
    route(port.peer, sequence, std::move(next), outbox);
  }
  remove_if_drained(port, outbox);
}

void Router::signal(PortState& port, Outbox& outbox) {
  if (std::exchange(port.signalled, true)) return;
  outbox.wake.push_back(port.listener);
}

Result<void> Router::on_message(LinkId from, TravellingMessage arrived, Outbox& outbox) {
  auto found = find_for(from, arrived.to);
  if (!found) return std::move(found).error();
  if (arrived.sequence < PortState::kFirstSequence || arrived.sequence > kMaxSequence) {
    return broken_rule("SEQUENCE_OUT_OF_RANGE");
  }
  size_t num_ends = 0;
  for (const CarriedHandle& handle : arrived.handles) {
    const auto* end = std::get_if<MovedEnd>(&handle);
    if (end == nullptr) continue;
    ++num_ends;
    if (auto checked = check_moved_end(from, *end); !checked) return checked;
  }
  if (auto checked = check_holdings(from, num_ends, outbox); !checked) return checked;

  // Ends are taken in even if the port is gone: somebody waits for their `PortAccepted`, and
  // destroying the message then closes them properly.
  wire::Message& message = arrived.message;
  for (CarriedHandle& handle : arrived.handles) {
    if (const auto* end = std::get_if<MovedEnd>(&handle)) {
      message.handles().emplace_back(ends_.make_end(accept_end(from, *end, outbox)));
    } else if (auto* pair = std::get_if<wire::DescriptorPair>(&handle)) {
      message.handles().emplace_back(std::move(*pair));
    } else {
      message.handles().emplace_back(std::move(std::get<UniqueFd>(handle)));
    }
  }
  const uint64_t charge = charge_of(message);
  QueuedMessage queued{std::move(message), charge, from, arrived.num_hops};
  PortState* port = *found;
  if (port == nullptr) {
    outbox.discarded.push_back(std::move(queued.message));
  } else if (!accept(*port, arrived.sequence, queued, outbox)) {
    outbox.discarded.push_back(std::move(queued.message));
    return broken_rule("SEQUENCE_REPEATED");
  }
  settle(outbox);
  return {};
}

// ---- who may speak ------------------------------------------------------------------------------

/// The port, null if it has closed meanwhile, or the rule that `from` breaks by naming it.
Result<PortState*> Router::find_for(LinkId from, const PortName& name) const {
  PortState* port = find(name);
  if (port == nullptr) {
    if (!namer_.made(name)) return broken_rule("UNKNOWN_PORT");
    return port;
  }
  if (!may_speak(from, *port)) return broken_rule("PORT_NOT_GIVEN");
  return port;
}

/// Whether the node behind `from` was told of `port`: by us, or by nodes that have been told and
/// know it from introductions. In the second case that it knows the name is the proof.
bool Router::may_speak(LinkId from, PortState& port) const {
  if (port.was_given_to(from)) return true;
  std::vector<LinkId> told(port.speakers.begin(), port.speakers.end());
  for (size_t i = 0; i < told.size(); ++i) {
    for (const auto& [link, state] : links_) {
      if (!introductions_.share_names(told[i], link)) continue;
      if (link == from) {
        port.give_to(from);
        return true;
      }
      if (std::find(told.begin(), told.end(), link) == told.end()) told.push_back(link);
    }
  }
  return false;
}

Result<void> Router::check_address(LinkId from, const Address& address) const {
  if (!address.is_local()) return {};
  auto found = find_for(from, address.port);
  if (!found) return std::move(found).error();
  return {};
}

Result<void> Router::check_moved_end(LinkId from, const MovedEnd& end) const {
  const auto is_number = [](uint64_t number) { return number <= kMaxSequence; };
  if (end.next_to_send < PortState::kFirstSequence || !is_number(end.next_to_send) ||
      end.next_to_receive < PortState::kFirstSequence || !is_number(end.next_to_receive) ||
      (end.peer_closed && !is_number(end.last_to_receive)) ||
      !is_number(end.send_credit.bytes_sent) || !is_number(end.receive_credit.bytes_taken)) {
    return broken_rule("SEQUENCE_OUT_OF_RANGE");
  }
  if (end.restriction && (end.restriction->interface_name.size() > kMaxRestrictionNameBytes ||
                          end.restriction->enumeration.size() > kMaxRestrictionNameBytes)) {
    return broken_rule("RESTRICTION_TOO_LONG");
  }
  if (!may_hold(end.receive_credit, end.next_to_receive - 1)) {
    return broken_rule("WINDOW_TOO_LARGE");
  }
  return check_address(from, end.peer);
}

}  // namespace ferrule::node
