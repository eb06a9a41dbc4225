// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/node/holdings.h"
#include "ferrule/node/introductions.h"
#include "ferrule/node/outbox.h"
#include "ferrule/node/port_name.h"
#include "ferrule/node/port_state.h"
#include "ferrule/node/router_rules.h"

namespace ferrule::node {

/// Turns ports into the objects that users hold, and back. The node is one.
class EndFactory {
 public:
  virtual std::unique_ptr<wire::PipeEnd> make_end(std::shared_ptr<PortState> port) = 0;
  /// The port behind `end`, which stops to own it; null where `end` belongs to another node.
  virtual std::shared_ptr<PortState> detach(wire::PipeEnd& end) = 0;
  virtual PortState* find(const wire::PipeEnd& end) const = 0;

 protected:
  ~EndFactory() = default;
};

/// The ports of one node and the rules by which messages find their way through them. A pure state
/// machine: every call changes the tables and leaves the rest to be done in an `Outbox`. Owned and
/// locked by `Node`; not thread-safe by itself.
///
/// Calls named on_x take what a peer says. They return an error, with the rule's name, where the
/// peer has no right to say it.
class Router {
 public:
  explicit Router(EndFactory& ends, const wire::Window& initial_window = kInitialWindow,
                  const Holdings& max_holdings = kMaxHoldings)
      : ends_(ends), initial_window_(initial_window), max_holdings_(max_holdings) {}

  std::pair<std::shared_ptr<PortState>, std::shared_ptr<PortState>> make_pipe();

  void add_link(LinkId link, std::shared_ptr<Departures> departures);
  /// The link is gone: pipes across it are closed, in order, after what had arrived.
  void on_link_lost(LinkId link, Outbox& outbox);

  /// See `wire::PipeEnd`.
  Result<void> send(PortState& port, wire::Message&& message, Outbox& outbox);
  bool is_writable(PortState& port);
  wire::PipeEnd::TakeStatus take(PortState& port, wire::Message& message, Outbox& outbox);
  void set_window(PortState& port, const wire::Window& window, Outbox& outbox);
  void close(PortState& port, Outbox& outbox);
  /// What the node behind a link was granted; null if the link is gone.
  Rights* rights(LinkId link);
  const Rights* rights(LinkId link) const;
  /// Sends the end `port` over `link` under a name that the other side knows. Closes it on an
  /// error.
  Result<void> attach(LinkId link, std::string name, PortState& port, Outbox& outbox);
  /// Joins two pipes: what is sent to one's other end comes out at the other's. Both ends are used
  /// up. Neither may have been written to or read from. Fails where a window was changed.
  Result<void> fuse(PortState& a, PortState& b, Outbox& outbox);

  Result<void> on_message(LinkId from, TravellingMessage arrived, Outbox& outbox);
  Result<void> on_event(LinkId from, PortName to, PortEvent event, Outbox& outbox);
  /// An end that arrived by itself.
  Result<std::shared_ptr<PortState>> on_attachment(LinkId from, const MovedEnd& end,
                                                   Outbox& outbox);

  /// What to tell the nodes behind two links, which are offered a connection of their own. Nothing
  /// if one of the links is gone.
  std::optional<Introduction> offer_introduction(LinkId a, LinkId b);
  Result<void> on_introduction_answer(LinkId from, const IntroductionAnswer& answer,
                                      Outbox& outbox);
  /// Whether the node behind `from` may introduce us under this key.
  Result<void> check_introduction(LinkId from, const PortName& key) const;
  /// The node behind `by` introduced us to the one behind `link`.
  void on_introduced(LinkId by, LinkId link, const Introduction& introduction, Outbox& outbox);
  bool wants_link(const Introduction& introduction) const;
  std::optional<LinkId> on_introduced_to_self(LinkId by, const PortName& key);
  void on_probe(LinkId from, const PortProbe& probe, Outbox& outbox);

  /// Ports in the table, proxies included.
  size_t num_ports() const noexcept { return ports_.size(); }
  size_t num_proxies() const noexcept;
  /// For people who look for a fault. In the order in which the ports were made.
  std::vector<std::shared_ptr<const PortState>> ports() const;

 private:
  PortState* find(const PortName& name) const;
  std::shared_ptr<PortState> make_port(uint64_t first_to_receive);
  bool may_speak(LinkId from, PortState& port) const;
  Result<PortState*> find_for(LinkId from, const PortName& name) const;
  Result<void> check_moved_end(LinkId from, const MovedEnd& end) const;
  Result<void> check_address(LinkId from, const Address& address) const;

  void grant_credit(PortState& port, Outbox& outbox);
  void route(const Address& to, uint64_t sequence, QueuedMessage message, Outbox& outbox);
  bool accept(PortState& port, uint64_t sequence, QueuedMessage& message, Outbox& outbox);
  static bool fits_window(const PortState& port, uint64_t sequence);
  bool closes_circle(const PortState& port, const wire::Message& message);
  Result<void> check_holdings(LinkId from, uint64_t num_more_ports, Outbox& outbox);
  Result<void> drop_greediest(LinkId from, const HoldingKind& kind, Outbox& outbox);
  void discard_unread(const std::function<bool(LinkId source)>& is_source, Outbox& outbox);
  void add_held(LinkId source, const Holdings& more);
  void remove_held(LinkId source, const Holdings& less);
  void enter_queue(const QueuedMessage& message);
  void leave_queue(const QueuedMessage& message);
  void discard(std::vector<QueuedMessage>& messages, Outbox& outbox);
  void forward_ready(PortState& port, Outbox& outbox);
  void signal(PortState& port, Outbox& outbox);

  LinkId next_link(const PortState& port) const;
  Result<void> check_restriction(const PortState& port, LinkId to) const;
  std::shared_ptr<PortState> make_dead_end(PortState& refused, Outbox& outbox);
  MovedEnd move_end(PortState& port, LinkId link, Outbox& outbox);
  std::shared_ptr<PortState> accept_end(LinkId from, const MovedEnd& end, Outbox& outbox);

  static void make_partners(PortState& a, PortState& b);
  void post(const Address& to, PortEvent event, Outbox& outbox);
  PortName port_instead_of(PortName name) const;
  void settle(Outbox& outbox);
  void handle(PortState& port, const PortAccepted& event, LinkId from, Outbox& outbox);
  void handle(PortState& port, ObserveProxy event, LinkId from, Outbox& outbox);
  void handle(PortState& port, const ObserveProxyAck& event, LinkId from, Outbox& outbox);
  void handle(PortState& port, PortClosed event, LinkId from, Outbox& outbox);
  void handle(PortState& port, const SenderChanged& event, LinkId from, Outbox& outbox);
  void handle(PortState& port, CreditGranted event, LinkId from, Outbox& outbox);
  void handle(PortState& port, const PortProbed& event, LinkId from, Outbox& outbox);
  void set_sender(const Address& port, const Address& sender, uint64_t first_sequence,
                  Outbox& outbox);
  void pass_on(PortState& port, PortEvent event, Outbox& outbox);

  bool is_joinable(LinkId from, LinkId to) const;
  void want_introduction(LinkId a, LinkId b, Outbox& outbox);
  void on_joined(const std::pair<LinkId, LinkId>& sides, Outbox& outbox);
  void reconsider(PortState& proxy, Outbox& outbox);
  void stay(PortState& proxy, Outbox& outbox);
  bool can_name(const Address& address, LinkId link) const;
  bool can_cross(const ObserveProxy& event, LinkId link) const;
  void want_words(const ObserveProxy& event, LinkId link, Outbox& outbox);
  PortName key_for(const Address& address, LinkId link);
  void resolve(LinkId from, const PortName& key, Address& address) const;
  static bool needs_proof(const ObserveProxy& event);
  void ask_target(PortState& port, const ObserveProxy& event, Outbox& outbox);
  void on_probed(LinkId from, const PortName& to, const PortProbed& answer, Outbox& outbox);
  void ask_or_withdraw(const Address& target, const PortName& port, bool withdraws, Outbox& outbox);
  static bool can_do_without(const PortState& port, const ObserveProxy& event);
  void lose_probes(LinkId link, Outbox& outbox);

  void ask_to_be_observed(PortState& port, Outbox& outbox);
  void remove_if_drained(PortState& port, Outbox& outbox);
  void leave_note(const PortState& proxy);
  void handle_late(PortName to, PortEvent event, Outbox& outbox);
  void answer_waiting(PortState& port, Outbox& outbox);
  void tell_changed(PortState& port, Outbox& outbox);
  static void add_to(std::vector<Address>& proxies, const Address& proxy);
  void erase(PortState& port, Outbox& outbox);
  void lose_sender(PortState& port, Outbox& outbox);

  /// A link, and what is there because of it.
  struct LinkState {
    std::shared_ptr<Departures> departures;
    Rights rights;
    Holdings held;                 ///< of what came over it
    bool is_greedy = false;        ///< it holds too much and is being closed
    size_t num_introductions = 0;  ///< that we made of its node to others
    size_t num_introduced = 0;     ///< that its node made of us to others
    uint32_t distance = 0;         ///< how many introductions it came of
  };

  /// A question to be observed that waits for an answer of its target. One for each port.
  struct Probe {
    LinkId link;
    ObserveProxy event;
  };

  struct LocalEvent {
    PortName to;
    PortEvent event;
  };

  EndFactory& ends_;
  const wire::Window initial_window_;
  const Holdings max_holdings_;
  Holdings held_;  // of all links, and those that are gone
  PortNamer namer_;
  std::unordered_map<PortName, std::shared_ptr<PortState>> ports_;
  std::unordered_map<LinkId, LinkState> links_;
  Introductions introductions_;
  std::unordered_map<PortName, Probe> probes_;  // by the port that asked
  uint64_t last_port_ = 0;
  std::deque<LocalEvent> local_events_;
  /// Where proxies that have gone sent things: for events that were on their way to them.
  std::unordered_map<PortName, Address> notes_;
  std::unordered_map<LinkId, std::deque<PortName>> note_ages_;  // by the link behind, oldest first
};

}  // namespace ferrule::node
