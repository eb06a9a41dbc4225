// SPDX-License-Identifier: Apache-2.0
//
// The two ports of a pipe and the proxies between them form a ring: each port knows one neighbour,
// the one it sends to. A proxy passes on what comes to it. Messages carry numbers, so it does not
// matter over which arc they come; events that look for somebody (ObserveProxy, PortClosed) travel
// the ring until they find him.
//
// The rule to remember: a port's name is made by the node it lives in, and whoever has been told
// the name may speak to the port. There are no addresses of third nodes. Where the ends of a pipe
// live in nodes that do not know each other, the node between them keeps two proxies, one for each
// direction.
#include "ferrule/node/router.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "ferrule/base/check.h"
#include "ferrule/transport/frame.h"

namespace ferrule::node {
namespace {

using Phase = PortState::Phase;
using Verdict = ObserveProxyAck::Verdict;

/// Stops numbers near the end of their range, where adding one would wrap: nobody sends that many.
constexpr uint64_t kMaxSequence = uint64_t{1} << 62;

/// Stops questions that go round for ever: because a hostile peer has bent the ring, or because the
/// one they look for moved away meanwhile. Honest rings have a handful of ports.
constexpr uint32_t kMaxHops = 256;

/// How many proxies that have gone are remembered for each link. An event that is on its way while
/// so many others go is not honest.
constexpr size_t kMaxNotes = 1024;

Error rule(const char* name) { return {Errc::kBadMessage, std::string("node rule ") + name}; }

}  // namespace

std::shared_ptr<PortState> Router::make_port(uint64_t first_to_receive) {
  auto port = std::make_shared<PortState>(namer_.make(), first_to_receive);
  ports_.emplace(port->name, port);
  return port;
}

PortState* Router::find(const PortName& name) const {
  const auto it = ports_.find(name);
  return it == ports_.end() ? nullptr : it->second.get();
}

std::pair<std::shared_ptr<PortState>, std::shared_ptr<PortState>> Router::make_pipe() {
  auto a = make_port(PortState::kFirstSequence);
  auto b = make_port(PortState::kFirstSequence);
  a->peer = a->upstream = {kLocal, b->name};
  b->peer = b->upstream = {kLocal, a->name};
  return {std::move(a), std::move(b)};
}

void Router::add_link(LinkId link, std::shared_ptr<Departures> departures) {
  links_.emplace(link, std::move(departures));
}

size_t Router::num_proxies() const noexcept {
  size_t count = 0;
  for (const auto& [name, port] : ports_) count += port->is_proxy() ? 1 : 0;
  return count;
}

// ---- messages -----------------------------------------------------------------------------------

Result<void> Router::send(PortState& port, wire::Message message, Outbox& outbox) {
  FERRULE_CHECK(port.phase == Phase::kReceiving);
  size_t num_descriptors = 0;
  for (const wire::Handle& handle : message.handles()) {
    if (handle.is_descriptor() && ++num_descriptors > transport::kMaxFrameDescriptors) {
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
  }
  if (port.peer_closed) {
    outbox.discarded.push_back(std::move(message));
    return {};
  }
  route(port.peer, port.next_to_send++, std::move(message), outbox);
  settle(outbox);
  return {};
}

wire::PipeEnd::TakeStatus Router::take(PortState& port, wire::Message& message) {
  if (port.incoming.has_next()) {
    message = port.incoming.take_next();
    return wire::PipeEnd::TakeStatus::kMessage;
  }
  port.signalled = false;
  return port.is_drained() ? wire::PipeEnd::TakeStatus::kPeerClosed
                           : wire::PipeEnd::TakeStatus::kEmpty;
}

void Router::route(const Address& to, uint64_t sequence, wire::Message message, Outbox& outbox) {
  if (to.is_local()) {
    PortState* port = find(to.port);
    if (port == nullptr || !accept(*port, kLocal, sequence, message, outbox)) {
      outbox.discarded.push_back(std::move(message));
    }
    return;
  }
  const auto link = links_.find(to.link);
  if (link == links_.end()) {
    outbox.discarded.push_back(std::move(message));
    return;
  }
  std::vector<CarriedHandle> carried;
  carried.reserve(message.handles().size());
  for (wire::Handle& handle : message.handles()) {
    if (const auto end = handle.take_pipe()) {
      carried.emplace_back(move_end(*ends_.detach(*end), to.link));
    } else {
      carried.emplace_back(handle.take_descriptor());
    }
  }
  message.handles().clear();
  outbox.departures.push_back(
      {link->second, DepartingMessage{to.port, sequence, std::move(message), std::move(carried)}});
}

/// Queues a message, or passes it on; `port` may be gone afterwards. False if its number was here
/// before.
bool Router::accept(PortState& port, LinkId from, uint64_t sequence, wire::Message& message,
                    Outbox& outbox) {
  message.buffer().make_private();
  if (!port.incoming.insert(sequence, message)) return false;
  port.last_source = from;
  if (port.phase == Phase::kReceiving) {
    if (port.incoming.has_next()) signal(port, outbox);
  } else if (port.phase == Phase::kProxying) {
    forward_ready(port, outbox);
  }
  return true;
}

void Router::forward_ready(PortState& port, Outbox& outbox) {
  while (port.incoming.has_next()) {
    const uint64_t sequence = port.incoming.next_to_take();
    route(port.peer, sequence, port.incoming.take_next(), outbox);
  }
  remove_if_drained(port, outbox);
}

void Router::signal(PortState& port, Outbox& outbox) {
  if (std::exchange(port.signalled, true)) return;
  outbox.wake.push_back(port.listener);
}

Result<void> Router::on_message(LinkId from, PortName to, uint64_t sequence, wire::Message message,
                                std::vector<CarriedHandle> handles, Outbox& outbox) {
  auto found = find_for(from, to);
  if (!found) return std::move(found).error();
  if (sequence < PortState::kFirstSequence || sequence > kMaxSequence) {
    return rule("SEQUENCE_OUT_OF_RANGE");
  }
  for (const CarriedHandle& handle : handles) {
    if (const auto* end = std::get_if<MovedEnd>(&handle)) {
      if (auto checked = check_moved_end(from, *end); !checked) return checked;
    }
  }
  // Ends are taken in even if the port is gone: somebody waits for their `PortAccepted`, and
  // destroying the message then closes them properly.
  for (CarriedHandle& handle : handles) {
    if (const auto* end = std::get_if<MovedEnd>(&handle)) {
      message.handles().emplace_back(ends_.make_end(accept_end(from, *end, outbox)));
    } else {
      message.handles().emplace_back(std::move(std::get<UniqueFd>(handle)));
    }
  }
  PortState* port = *found;
  if (port == nullptr) {
    outbox.discarded.push_back(std::move(message));
  } else if (!accept(*port, from, sequence, message, outbox)) {
    outbox.discarded.push_back(std::move(message));
    return rule("SEQUENCE_REPEATED");
  }
  settle(outbox);
  return {};
}

// ---- who may speak ------------------------------------------------------------------------------

/// The port, null if it has closed meanwhile, or the rule that `from` breaks by naming it.
Result<PortState*> Router::find_for(LinkId from, const PortName& name) const {
  PortState* port = find(name);
  if (port == nullptr) {
    if (!namer_.made(name)) return rule("UNKNOWN_PORT");
    return port;
  }
  if (!port->was_given_to(from)) return rule("PORT_NOT_GIVEN");
  return port;
}

Result<void> Router::check_address(LinkId from, const Address& address) const {
  if (!address.is_local()) return {};
  auto found = find_for(from, address.port);
  if (!found) return std::move(found).error();
  return {};
}

Result<void> Router::check_moved_end(LinkId from, const MovedEnd& end) const {
  if (end.next_to_send < PortState::kFirstSequence || end.next_to_send > kMaxSequence ||
      end.next_to_receive < PortState::kFirstSequence || end.next_to_receive > kMaxSequence ||
      (end.peer_closed && end.last_to_receive > kMaxSequence)) {
    return rule("SEQUENCE_OUT_OF_RANGE");
  }
  return check_address(from, end.peer);
}

// ---- moving ends --------------------------------------------------------------------------------

/// The two ports of this node that one pipe runs through, one for each direction.
void Router::make_partners(PortState& a, PortState& b) {
  a.partner = b.name;
  b.partner = a.name;
}

/// Makes `port` a proxy for a new port at the other side of `link`.
MovedEnd Router::move_end(PortState& port, LinkId link) {
  FERRULE_CHECK(port.phase == Phase::kReceiving);
  MovedEnd end;
  end.origin = port.name;
  end.peer = port.peer;
  end.next_to_send = port.next_to_send;
  end.next_to_receive = port.incoming.next_to_take();
  end.peer_closed = port.peer_closed;
  end.last_to_receive = port.peer_closed ? port.last_to_receive : 0;

  if (port.peer.is_local()) {
    if (PortState* peer = find(port.peer.port)) {
      peer->give_to(link);
      peer->upstream = {link, {}};
      make_partners(port, *peer);
    }
  } else if (port.peer.link != link) {
    // The other end lives behind another link. What the moved end will send comes back here first,
    // to a second proxy that carries on with the same numbers.
    const auto way_back = make_port(port.next_to_send);
    way_back->phase = Phase::kProxying;
    way_back->stays = true;
    way_back->peer = port.peer;
    way_back->upstream = {link, {}};
    way_back->give_to(link);
    port.stays = true;
    make_partners(port, *way_back);
    end.peer = {kLocal, way_back->name};
  }
  port.give_to(link);
  port.phase = Phase::kBuffering;
  port.peer = {link, {}};
  port.listener.reset();
  port.signalled = false;
  port.remove_when_drained = port.peer_closed;
  return end;
}

std::shared_ptr<PortState> Router::accept_end(LinkId from, const MovedEnd& end, Outbox& outbox) {
  auto port = make_port(end.next_to_receive);
  port->next_to_send = end.next_to_send;
  port->peer = end.peer;
  port->peer_closed = end.peer_closed;
  if (end.peer_closed) port->last_to_receive = end.last_to_receive;
  port->last_source = from;
  port->upstream = {from, end.origin};
  port->give_to(from);
  set_sender(end.peer, {kLocal, port->name}, end.next_to_send);
  post({from, end.origin}, PortAccepted{{kLocal, port->name}}, outbox);
  return port;
}

Result<std::shared_ptr<PortState>> Router::on_attachment(LinkId from, const MovedEnd& end,
                                                         Outbox& outbox) {
  if (auto checked = check_moved_end(from, end); !checked) return std::move(checked).error();
  auto port = accept_end(from, end, outbox);
  settle(outbox);
  return port;
}

void Router::attach(LinkId link, std::string name, PortState& port, Outbox& outbox) {
  const auto it = links_.find(link);
  if (it == links_.end()) return close(port, outbox);
  outbox.departures.push_back(
      {it->second, DepartingAttachment{std::move(name), move_end(port, link)}});
}

void Router::close(PortState& port, Outbox& outbox) {
  if (port.phase != Phase::kReceiving) return;
  const Address peer = port.peer;
  const uint64_t last = port.next_to_send - 1;
  erase(port, outbox);
  post(peer, PortClosed{last}, outbox);
  settle(outbox);
}

void Router::fuse(PortState& a, PortState& b, Outbox& outbox) {
  const auto is_fresh = [](const PortState& port) {
    return port.phase == Phase::kReceiving && port.next_to_send == PortState::kFirstSequence &&
           port.incoming.next_to_take() == PortState::kFirstSequence;
  };
  FERRULE_CHECK(is_fresh(a) && is_fresh(b));
  if (a.peer == Address{kLocal, b.name}) {  // the two ends of one pipe: nobody is left to talk
    close(a, outbox);
    return close(b, outbox);
  }
  const auto hold = std::make_pair(ports_.at(a.name), ports_.at(b.name));
  const auto become_proxy = [](PortState& port, const Address& to) {
    port.peer = to;
    port.phase = Phase::kProxying;
    port.listener.reset();
    port.remove_when_drained = port.peer_closed;
  };
  const Address peer_of_a = a.peer;
  make_partners(a, b);
  become_proxy(a, b.peer);
  become_proxy(b, peer_of_a);
  set_sender(a.peer, {kLocal, a.name}, PortState::kFirstSequence);
  set_sender(b.peer, {kLocal, b.name}, PortState::kFirstSequence);
  for (PortState* port : {&a, &b}) {
    if (port->peer_closed) {
      post(port->peer, PortClosed{port->last_to_receive}, outbox);
    } else {
      ask_to_be_observed(*port, outbox);
    }
  }
  forward_ready(a, outbox);
  forward_ready(b, outbox);
  settle(outbox);
}

// ---- events -------------------------------------------------------------------------------------

/// Sends an event to a port here or behind a link. False if it speaks of addresses that mean
/// nothing behind that link.
bool Router::post(const Address& to, PortEvent event, Outbox& outbox) {
  if (to.is_local()) {
    local_events_.push_back({to.port, std::move(event)});
    return true;
  }
  const auto link = links_.find(to.link);
  if (link == links_.end()) return true;
  const auto disclose = [this, &to](const Address& address) {
    if (!address.is_local()) return address.link == to.link;
    if (PortState* port = find(address.port)) port->give_to(to.link);
    return true;
  };
  if (const auto* accepted = std::get_if<PortAccepted>(&event)) disclose(accepted->port);
  if (const auto* observe = std::get_if<ObserveProxy>(&event)) {
    if (!disclose(observe->proxy) || !disclose(observe->target)) return false;
  }
  outbox.departures.push_back({link->second, DepartingEvent{to.port, std::move(event)}});
  return true;
}

Result<void> Router::on_event(LinkId from, PortName to, PortEvent event, Outbox& outbox) {
  auto found = find_for(from, to);
  if (!found) return std::move(found).error();
  if (auto* observe = std::get_if<ObserveProxy>(&event)) {
    for (const Address& address : {observe->proxy, observe->target}) {
      if (auto checked = check_address(from, address); !checked) return checked;
    }
  }
  if (const auto* closed = std::get_if<PortClosed>(&event)) {
    if (closed->last_sequence > kMaxSequence) return rule("SEQUENCE_OUT_OF_RANGE");
  }
  if (const auto* ack = std::get_if<ObserveProxyAck>(&event)) {
    if (ack->last_sequence > kMaxSequence) return rule("SEQUENCE_OUT_OF_RANGE");
  }
  if (std::holds_alternative<PortAccepted>(event)) {
    const PortState* port = *found;
    if (port != nullptr && (port->phase != Phase::kBuffering || port->peer.link != from)) {
      return rule("UNEXPECTED_PORT_ACCEPTED");
    }
  }
  if (PortState* port = *found) {
    const auto keep = ports_.at(port->name);
    std::visit([&](auto& what) { handle(*port, what, from, outbox); }, event);
  } else {
    handle_late(to, std::move(event), outbox);
  }
  settle(outbox);
  return {};
}

/// Handles the events that ports of this node sent to each other, until there are none.
void Router::settle(Outbox& outbox) {
  while (!local_events_.empty()) {
    LocalEvent next = std::move(local_events_.front());
    local_events_.pop_front();
    const auto it = ports_.find(next.to);
    if (it == ports_.end()) {
      handle_late(next.to, std::move(next.event), outbox);
      continue;
    }
    const auto keep = it->second;
    std::visit([&](auto& what) { handle(*keep, what, kLocal, outbox); }, next.event);
  }
}

void Router::handle(PortState& port, const PortAccepted& event, LinkId /*from*/, Outbox& outbox) {
  if (port.phase != Phase::kBuffering) return;
  port.peer = event.port;
  port.phase = Phase::kProxying;
  for (PortEvent& held : std::exchange(port.held, {})) pass_on(port, std::move(held), outbox);
  if (!port.remove_when_drained && !port.stays) ask_to_be_observed(port, outbox);
  forward_ready(port, outbox);
}

void Router::handle(PortState& port, ObserveProxy event, LinkId /*from*/, Outbox& outbox) {
  if (event.proxy == Address{kLocal, port.name}) {
    // Our own question came round and found nobody who could do without us.
    port.stays = true;
    answer_waiting(port, outbox);
    return;
  }
  if (port.peer == event.proxy) {
    if (port.is_proxy() && !port.stays) {
      // Another port may be sending to our peer by now, so we cannot say what will be the last
      // message.
      port.waiting_for_removal.push_back(event.proxy);
      return;
    }
    const uint64_t next = port.is_proxy() ? port.incoming.next_to_take() : port.next_to_send;
    port.peer = event.target;
    if (event.target.is_local()) {
      set_sender(event.target, {kLocal, port.name}, next);
    } else if (!event.proxy.is_local()) {  // else the link stays the same for the target
      post(event.target, SenderChanged{{kLocal, port.name}, next}, outbox);
    }
    post(event.proxy, ObserveProxyAck{Verdict::kObserved, next - 1}, outbox);
    return;
  }
  if (++event.num_hops > kMaxHops) {
    post(event.proxy, ObserveProxyAck{Verdict::kStays, 0}, outbox);
    return;
  }
  pass_on(port, event, outbox);
}

void Router::handle(PortState& port, const ObserveProxyAck& event, LinkId /*from*/,
                    Outbox& outbox) {
  if (port.phase != Phase::kProxying) return;
  if (port.remove_when_drained) return;
  if (event.verdict == Verdict::kAskAgain) return ask_to_be_observed(port, outbox);
  if (event.verdict == Verdict::kStays) {
    port.stays = true;
    return answer_waiting(port, outbox);
  }
  port.last_to_receive = event.last_sequence;
  port.remove_when_drained = true;
  remove_if_drained(port, outbox);
}

void Router::handle(PortState& port, PortClosed event, LinkId /*from*/, Outbox& outbox) {
  if (port.peer_closed) return;
  port.peer_closed = true;
  port.last_to_receive = event.last_sequence;
  if (port.phase == Phase::kReceiving) {
    signal(port, outbox);
    // Farther round there can only be proxies for the other direction: tell them our last message.
    event.last_sequence = port.next_to_send - 1;
    pass_on(port, event, outbox);
    return;
  }
  port.remove_when_drained = true;
  pass_on(port, event, outbox);
  remove_if_drained(port, outbox);
}

void Router::handle(PortState& port, const SenderChanged& event, LinkId /*from*/,
                    Outbox& /*outbox*/) {
  port.set_sender(event.sender, event.first_sequence);
}

/// If `port` is here.
void Router::set_sender(const Address& port, const Address& sender, uint64_t first_sequence) {
  if (!port.is_local()) return;
  if (PortState* found = find(port.port)) found->set_sender(sender, first_sequence);
}

void Router::pass_on(PortState& port, PortEvent event, Outbox& outbox) {
  if (port.phase == Phase::kBuffering) {
    port.held.push_back(std::move(event));
  } else {
    post_onwards(port.peer, port.partner, std::move(event), outbox);
  }
}

void Router::post_onwards(const Address& to, PortName partner, PortEvent event, Outbox& outbox) {
  if (post(to, event, outbox)) return;
  // Only a question can fail to cross. The ring goes on behind a link where its addresses mean
  // nothing. What it is looking for can only be on our side of that link, and our side begins again
  // at the partner.
  const auto& observe = std::get<ObserveProxy>(event);
  partner = port_instead_of(partner);
  if (partner.is_valid()) {
    post({kLocal, partner}, std::move(event), outbox);
  } else {
    post(observe.proxy, ObserveProxyAck{Verdict::kStays, 0}, outbox);
  }
}

/// `name` if there is such a port; else the one that takes what used to go to it, if that is here.
PortName Router::port_instead_of(PortName name) const {
  for (uint32_t num_hops = 0; num_hops < kMaxHops && !ports_.contains(name); ++num_hops) {
    const auto note = notes_.find(name);
    if (note == notes_.end() || !note->second.peer.is_local()) return {};
    name = note->second.peer.port;
  }
  return name;
}

// ---- proxies that go away -----------------------------------------------------------------------

void Router::ask_to_be_observed(PortState& port, Outbox& outbox) {
  pass_on(port, ObserveProxy{{kLocal, port.name}, port.peer}, outbox);
}

void Router::remove_if_drained(PortState& port, Outbox& outbox) {
  if (port.phase != Phase::kProxying || !port.remove_when_drained || !port.is_drained()) return;
  answer_waiting(port, outbox);
  leave_note(port);
  erase(port, outbox);
}

/// Events may be on their way to a proxy that goes, by another way than the word that nothing more
/// will come: that speaks of messages only. They must not be lost, or a port never hears that its
/// peer is gone.
void Router::leave_note(const PortState& proxy) {
  notes_.emplace(proxy.name, Note{proxy.peer, proxy.partner});
  std::deque<PortName>& ages = note_ages_[proxy.peer.link];
  ages.push_back(proxy.name);
  if (ages.size() > kMaxNotes) {
    notes_.erase(ages.front());
    ages.pop_front();
  }
}

void Router::handle_late(PortName to, PortEvent event, Outbox& outbox) {
  const auto it = notes_.find(to);
  if (it == notes_.end()) return;
  const Note note = it->second;
  if (auto* observe = std::get_if<ObserveProxy>(&event)) {
    // Whoever sends to the asker now is somebody else than the proxy that has gone.
    const bool is_next = observe->proxy == note.peer;
    if (is_next || ++observe->num_hops > kMaxHops) {
      const Verdict verdict = is_next ? Verdict::kAskAgain : Verdict::kStays;
      post(observe->proxy, ObserveProxyAck{verdict, 0}, outbox);
      return;
    }
  } else if (auto* closed = std::get_if<PortClosed>(&event)) {
    if (++closed->num_hops > kMaxHops) return;
  } else {
    return;
  }
  post_onwards(note.peer, note.partner, std::move(event), outbox);
}

void Router::answer_waiting(PortState& port, Outbox& outbox) {
  for (const Address& proxy : std::exchange(port.waiting_for_removal, {})) {
    post(proxy, ObserveProxyAck{Verdict::kAskAgain, 0}, outbox);
  }
}

void Router::erase(PortState& port, Outbox& outbox) {
  port.phase = Phase::kClosed;
  port.incoming.move_all_to(outbox.discarded);
  const PortName name = port.name;
  ports_.erase(name);
}

// ---- lost links ---------------------------------------------------------------------------------

/// A lost link cuts rings. The port behind a cut has lost who sends to it: that is as if the peer
/// had closed after what arrived, and the word of it goes on round the rest of the ring. The port
/// before a cut has nowhere to send to. Between them every port of the ring is told.
void Router::on_link_lost(LinkId link, Outbox& outbox) {
  links_.erase(link);
  if (const auto ages = note_ages_.extract(link)) {
    for (const PortName& name : ages.mapped()) notes_.erase(name);
  }
  std::unordered_set<PortName> lost_proxies;
  const auto is_gone = [&](const Address& address) {
    return address.link == link || (address.is_local() && lost_proxies.contains(address.port));
  };
  std::vector<std::shared_ptr<PortState>> ports;
  ports.reserve(ports_.size());
  for (const auto& [name, port] : ports_) ports.push_back(port);
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& port : ports) {
      if (port->phase == Phase::kClosed) continue;
      const bool is_missing_some =
          !port->peer_closed || port->last_to_receive >= port->incoming.next_to_arrive();
      if (is_missing_some && (is_gone(port->upstream) || port->expects_from(link))) {
        lose_sender(*port, outbox);
        changed = true;
      }
      if (port->phase == Phase::kClosed || !is_gone(port->peer)) continue;
      if (port->phase == Phase::kReceiving) {
        if (!port->peer_closed) lose_sender(*port, outbox);
      } else {
        lost_proxies.insert(port->name);
        erase(*port, outbox);
        changed = true;
      }
    }
  }
  settle(outbox);
}

/// What arrived in order can be read, the rest is lost.
void Router::lose_sender(PortState& port, Outbox& outbox) {
  port.incoming.move_early_to(outbox.discarded);
  const uint64_t last = port.incoming.next_to_arrive() - 1;
  if (!port.peer_closed) return handle(port, PortClosed{last}, kLocal, outbox);
  port.last_to_receive = std::min(port.last_to_receive, last);
  if (port.phase == Phase::kReceiving) {
    signal(port, outbox);
  } else {
    remove_if_drained(port, outbox);
  }
}

}  // namespace ferrule::node
