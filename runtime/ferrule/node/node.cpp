// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/node.h"

#include <algorithm>
#include <iterator>

#include "ferrule/base/check.h"
#include "ferrule/node/link.h"
#include "ferrule/node/port.h"

namespace ferrule::node {
namespace {

using SignalSource = wire::PipeEnd::SignalSource;

/// Messages below this never travel in shared memory, so their memory need not come from a
/// transport: saves the look at the routing table for nearly all messages.
constexpr size_t kAlwaysOnHeapBytes = 4096;

}  // namespace

Node::~Node() { FERRULE_CHECK(links_.empty()); }

void Node::carry_out_but_waking(Outbox& outbox) {
  outbox.send_all();
  for (auto& [id, reason] : outbox.dropped) {
    if (const auto link = find_link(id)) link->abort(std::move(reason));
  }
  for (const auto& [a, b] : outbox.introductions) introduce(a, b);
}

/// Does outside the lock what a step left to be done.
void Node::carry_out(Outbox& outbox) {
  carry_out_but_waking(outbox);
  wake_all(outbox.wake, SignalSource::kCall);
}

/// The same inside a batch of arrivals: waking waits for the end of the batch.
void Node::carry_out(Outbox& outbox, WakeList& wake) {
  carry_out_but_waking(outbox);
  std::move(outbox.wake.begin(), outbox.wake.end(), std::back_inserter(wake));
}

std::pair<std::unique_ptr<wire::PipeEnd>, std::unique_ptr<wire::PipeEnd>> Node::make_pipe_ends() {
  std::pair<std::shared_ptr<PortState>, std::shared_ptr<PortState>> ports;
  {
    const MutexLock lock(mutex_);
    ports = router_.make_pipe();
  }
  return {make_end(std::move(ports.first)), make_end(std::move(ports.second))};
}

// ---- links --------------------------------------------------------------------------------------

LinkId Node::connect(std::unique_ptr<transport::Transport> transport,
                     std::weak_ptr<LinkOwner> owner) {
  std::shared_ptr<Link> link;
  {
    const MutexLock lock(mutex_);
    const LinkId id{++last_link_};
    link = std::make_shared<Link>(shared_from_this(), id, std::move(transport), std::move(owner));
    links_.emplace(id, link);
    router_.add_link(id, link);
  }
  link->start();
  return link->id();
}

void Node::disconnect(LinkId link) {
  if (const auto found = find_link(link)) found->close();
}

void Node::disconnect_all() {
  std::vector<std::shared_ptr<Link>> links;
  {
    const MutexLock lock(mutex_);
    for (const auto& [id, link] : links_) links.push_back(link);
  }
  for (const auto& link : links) link->close();
}

std::shared_ptr<Link> Node::find_link(LinkId link) const {
  const MutexLock lock(mutex_);
  const auto it = links_.find(link);
  return it == links_.end() ? nullptr : it->second;
}

void Node::lose(LinkId link, WakeList& wake) {
  Outbox outbox;
  std::shared_ptr<Link> lost;  // destroyed after the lock is released
  {
    const MutexLock lock(mutex_);
    const auto it = links_.find(link);
    if (it == links_.end()) return;
    lost = std::move(it->second);
    links_.erase(it);
    router_.on_link_lost(link, outbox);
  }
  carry_out(outbox, wake);
}

Result<void> Node::attach(LinkId link, std::string name, std::unique_ptr<wire::PipeEnd> end) {
  if (name.size() > kMaxAttachmentNameBytes) {
    return Error(Errc::kInvalidArgument, "the name of an attachment is too long");
  }
  Outbox outbox;
  Result<void> result;
  {
    const MutexLock lock(mutex_);
    const std::shared_ptr<PortState> port = detach(*end);
    if (!port) return Error(Errc::kInvalidArgument, "the pipe end belongs to another runtime");
    result = router_.attach(link, std::move(name), *port, outbox);
  }
  carry_out(outbox);
  return result;
}

void Node::grant(LinkId link, std::string enumeration, int32_t value) {
  const MutexLock lock(mutex_);
  if (Rights* const rights = router_.rights(link)) rights->grant(std::move(enumeration), value);
}

void Node::grant_all(LinkId link) {
  const MutexLock lock(mutex_);
  if (Rights* const rights = router_.rights(link)) rights->grant_all();
}

bool Node::may_hold(LinkId link, const RequiredContext& required) const {
  const MutexLock lock(mutex_);
  const Rights* const rights = router_.rights(link);
  return rights != nullptr && rights->allow(std::string(required.enumeration), required.value);
}

Result<void> Node::fuse(std::unique_ptr<wire::PipeEnd> a, std::unique_ptr<wire::PipeEnd> b) {
  Outbox outbox;
  Result<void> result;
  {
    const MutexLock lock(mutex_);
    PortState* const first = find(*a);
    PortState* const second = find(*b);
    if (first == nullptr || second == nullptr) {
      return Error(Errc::kInvalidArgument, "the pipe end belongs to another runtime");
    }
    result = router_.fuse(*first, *second, outbox);
    if (result) {
      detach(*a);
      detach(*b);
    }
  }
  carry_out(outbox);
  return result;
}

// ---- what ports ask -----------------------------------------------------------------------------

Result<void> Node::send(PortState& port, wire::Message&& message) {
  Outbox outbox;
  Result<void> result;
  {
    const MutexLock lock(mutex_);
    result = router_.send(port, std::move(message), outbox);
  }
  carry_out(outbox);
  return result;
}

wire::PipeEnd::TakeStatus Node::take(PortState& port, wire::Message& message) {
  Outbox outbox;
  wire::PipeEnd::TakeStatus status;
  {
    const MutexLock lock(mutex_);
    status = router_.take(port, message, outbox);
  }
  carry_out(outbox);
  return status;
}

bool Node::is_writable(PortState& port) {
  const MutexLock lock(mutex_);
  return router_.is_writable(port);
}

void Node::set_window(PortState& port, const wire::Window& window) {
  Outbox outbox;
  {
    const MutexLock lock(mutex_);
    router_.set_window(port, window, outbox);
  }
  carry_out(outbox);
}

void Node::restrict_to(PortState& port, const RequiredContext& required) {
  auto restriction = std::make_shared<const Restriction>(Restriction{
      std::string(required.interface_name), std::string(required.enumeration), required.value});
  const MutexLock lock(mutex_);
  if (!port.restriction) port.restriction = std::move(restriction);
}

void Node::set_listener(PortState& port, std::weak_ptr<wire::PipeEnd::Listener> listener) {
  WakeList wake;
  {
    const MutexLock lock(mutex_);
    port.listener = std::move(listener);
    port.signalled = port.incoming.has_next() || port.is_drained();
    if (port.signalled) wake.push_back(port.listener);
  }
  wake_all(wake, SignalSource::kCall);
}

Buffer Node::allocate(const PortState& port, size_t num_bytes) {
  if (num_bytes < kAlwaysOnHeapBytes) return Buffer::allocate(num_bytes);
  std::shared_ptr<Link> link;
  {
    const MutexLock lock(mutex_);
    const auto it = links_.find(port.peer.link);
    if (it != links_.end()) link = it->second;
  }
  return link ? link->allocate(num_bytes) : Buffer::allocate(num_bytes);
}

void Node::report_bad_message(const PortState& port, std::string_view what) {
  std::shared_ptr<Link> link;
  {
    const MutexLock lock(mutex_);
    const auto it = links_.find(port.last_source);
    if (it != links_.end()) link = it->second;
  }
  if (link) link->abort(Error(Errc::kBadMessage, std::string(what)));
}

bool Node::is_peer_closed(const PortState& port) const {
  const MutexLock lock(mutex_);
  return port.peer_closed;
}

void Node::close(PortState& port) {
  Outbox outbox;
  {
    const MutexLock lock(mutex_);
    router_.close(port, outbox);
  }
  carry_out(outbox);
}

// ---- what links bring ---------------------------------------------------------------------------

Result<void> Node::deliver(LinkId from, TravellingMessage message, WakeList& wake) {
  Outbox outbox;
  Result<void> result;
  {
    const MutexLock lock(mutex_);
    result = router_.on_message(from, std::move(message), outbox);
  }
  carry_out(outbox, wake);
  return result;
}

Result<void> Node::deliver(LinkId from, PortName to, PortEvent event, WakeList& wake) {
  Outbox outbox;
  Result<void> result;
  {
    const MutexLock lock(mutex_);
    result = router_.on_event(from, to, std::move(event), outbox);
  }
  carry_out(outbox, wake);
  return result;
}

Result<std::unique_ptr<wire::PipeEnd>> Node::deliver(LinkId from, const MovedEnd& end,
                                                     WakeList& wake) {
  Outbox outbox;
  const auto port = [&] {
    const MutexLock lock(mutex_);
    return router_.on_attachment(from, end, outbox);
  }();
  carry_out(outbox, wake);
  if (!port) return port.error();
  return make_end(*port);
}

// ---- introductions ------------------------------------------------------------------------------

/// Gives the nodes behind two links a connection of their own, if that is allowed and possible.
void Node::introduce(LinkId a, LinkId b) {
  const auto introducer = introducer_.lock();
  if (!introducer) return;
  auto channel = introducer->make_channel(a, b);
  if (!channel) return;
  std::optional<Introduction> introduction;
  std::shared_ptr<Link> left;
  std::shared_ptr<Link> right;
  {
    const MutexLock lock(mutex_);
    introduction = router_.offer_introduction(a, b);
    if (!introduction) return;
    left = links_.at(a);
    right = links_.at(b);
  }
  left->send_introduction(*introduction, std::move(channel->first));
  right->send_introduction(*introduction, std::move(channel->second));
}

Result<void> Node::deliver(Link& from, const Introduction& introduction, UniqueFd channel,
                           WakeList& wake) {
  std::optional<LinkId> needless;
  bool is_wanted = false;
  {
    const MutexLock lock(mutex_);
    if (auto checked = router_.check_introduction(from.id(), introduction.key); !checked) {
      return checked;
    }
    needless = router_.on_introduced_to_self(from.id(), introduction.key);
    is_wanted = router_.wants_link(introduction);
  }
  if (needless) {
    if (const auto link = find_link(*needless)) {
      link->abort(Error(Errc::kDisconnected, "the process was introduced to itself"));
    }
    from.send_answer({introduction.key, true});
    return {};
  }
  const auto introducer = introducer_.lock();
  if (introducer && is_wanted) {
    if (const auto link = introducer->open_channel(from.id(), std::move(channel))) {
      Outbox outbox;
      {
        const MutexLock lock(mutex_);
        router_.on_introduced(from.id(), *link, introduction, outbox);
      }
      from.send_answer({introduction.key, true});
      carry_out(outbox, wake);
      return {};
    }
  }
  from.send_answer({introduction.key, false});
  return {};
}

Result<void> Node::deliver(LinkId from, const IntroductionAnswer& answer, WakeList& wake) {
  Outbox outbox;
  Result<void> result;
  {
    const MutexLock lock(mutex_);
    result = router_.on_introduction_answer(from, answer, outbox);
  }
  carry_out(outbox, wake);
  return result;
}

void Node::deliver(LinkId from, const PortProbe& probe, WakeList& wake) {
  Outbox outbox;
  {
    const MutexLock lock(mutex_);
    router_.on_probe(from, probe, outbox);
  }
  carry_out(outbox, wake);
}

// ---- ports and the objects that stand for them --------------------------------------------------

std::unique_ptr<wire::PipeEnd> Node::make_end(std::shared_ptr<PortState> port) {
  return std::make_unique<Port>(shared_from_this(), std::move(port));
}

std::shared_ptr<PortState> Node::detach(wire::PipeEnd& end) {
  auto* port = dynamic_cast<Port*>(&end);
  if (port == nullptr || port->node_.get() != this) return nullptr;
  return std::move(port->state_);
}

PortState* Node::find(const wire::PipeEnd& end) const {
  const auto* port = dynamic_cast<const Port*>(&end);
  return port != nullptr && port->node_.get() == this ? port->state_.get() : nullptr;
}

// ---- counts -------------------------------------------------------------------------------------

transport::TransportCounters Node::counters(LinkId link) const {
  const auto found = find_link(link);
  return found ? found->counters() : transport::TransportCounters();
}

uint64_t Node::num_queued_bytes() const {
  std::vector<std::shared_ptr<Link>> links;
  {
    const MutexLock lock(mutex_);
    links.reserve(links_.size());
    for (const auto& [id, link] : links_) links.push_back(link);
  }
  uint64_t num_bytes = 0;
  for (const auto& link : links) num_bytes += link->counters().socket_bytes_queued;
  return num_bytes;
}

size_t Node::num_ports() const {
  const MutexLock lock(mutex_);
  return router_.num_ports();
}

std::vector<std::shared_ptr<const PortState>> Node::ports() const {
  const MutexLock lock(mutex_);
  return router_.ports();
}

size_t Node::num_proxies() const {
  const MutexLock lock(mutex_);
  return router_.num_proxies();
}

}  // namespace ferrule::node
