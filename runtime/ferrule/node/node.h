// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ferrule/base/mutex.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/pipe_end.h"
#include "ferrule/transport/transport.h"
#include "ferrule/node/port_name.h"
#include "ferrule/node/router.h"

namespace ferrule::node {

class Link;
struct Introduction;

/// One participant in a network of processes: its ports, its links to other nodes, and the lock
/// that guards them. A program has one (its `Runtime` makes it); a test has as many as it likes.
///
/// Thread-safe, except where a link's own calls say that they come on its transport's executor. The
/// rule that keeps it so: under the lock only tables change. What must be sent, woken or destroyed
/// is put into an `Outbox` and done after the lock is released.
class Node final : public wire::PipeFactory,
                   public std::enable_shared_from_this<Node>,
                   private EndFactory {
  struct Private {};

 public:
  /// Who owns a link. Called on the link's executor, without a lock.
  class LinkOwner {
   public:
    /// The peer handed over an end of a pipe under a name. Names come from the peer: bound how many
    /// are kept.
    virtual void on_attachment(std::string name, std::unique_ptr<wire::PipeEnd> end) = 0;
    /// The link is gone and pipes across it are closed. Called once, last. `Errc::kBadMessage` says
    /// that the peer broke a rule, which the message names.
    virtual void on_link_closed(const Error& reason) = 0;

   protected:
    ~LinkOwner() = default;
  };

  /// Makes the connections by which nodes that this one knows can speak directly to each other, and
  /// opens those that others make. Called without a lock.
  class Introducer {
   public:
    /// The two ends of a connection for the nodes behind two links, or why they are to remain
    /// strangers. Thread-safe.
    virtual Result<std::pair<UniqueFd, UniqueFd>> make_channel(LinkId a, LinkId b) = 0;
    /// Calls `connect` with the end of a connection that the node behind `introducer` has sent, or
    /// says why not. On the executor of that link.
    virtual Result<LinkId> open_channel(LinkId introducer, UniqueFd channel) = 0;

   protected:
    ~Introducer() = default;
  };

  /// `max_holdings` bounds what all links together make this node keep; beyond it the link goes
  /// that holds most. All nodes of a network have the same `initial_window`; it is another one in
  /// tests only.
  static std::shared_ptr<Node> create(const wire::Window& initial_window = kInitialWindow,
                                      const Holdings& max_holdings = kMaxHoldings) {
    return std::make_shared<Node>(Private{}, initial_window, max_holdings);
  }
  Node(Private, const wire::Window& initial_window, const Holdings& max_holdings)
      : router_(*this, initial_window, max_holdings) {}
  ~Node();

  std::pair<std::unique_ptr<wire::PipeEnd>, std::unique_ptr<wire::PipeEnd>> make_pipe_ends()
      override;

  /// Without one, nobody is introduced to anybody. Call before the first `connect`.
  void set_introducer(std::weak_ptr<Introducer> introducer) { introducer_ = std::move(introducer); }

  /// Begins to speak to another node. On the transport's executor.
  LinkId connect(std::unique_ptr<transport::Transport> transport, std::weak_ptr<LinkOwner> owner);
  /// Ends a link in good order. On the transport's executor. The owner is not called.
  void disconnect(LinkId link);
  /// Ends all links. On their executor.
  void disconnect_all();

  /// Hands `end` to the other side of `link` under a name of at most 1024 bytes. Closes it if the
  /// link is gone, and on an error.
  Result<void> attach(LinkId link, std::string name, std::unique_ptr<wire::PipeEnd> end);
  /// Joins two pipes whose ends are both unused, here; see `Router::fuse`. Closes both on an error.
  Result<void> fuse(std::unique_ptr<wire::PipeEnd> a, std::unique_ptr<wire::PipeEnd> b);

  /// Lets the node behind a link have ends that require so much, or less.
  void grant(LinkId link, std::string enumeration, int32_t value);
  void grant_all(LinkId link);
  bool may_hold(LinkId link, const RequiredContext& required) const;

  /// What the link's transport did; all zero if the link is gone.
  transport::TransportCounters counters(LinkId link) const;
  /// What waits for room in the transports of all links.
  uint64_t num_queued_bytes() const;

  /// What is in the tables, for tests and for those who count: nothing may stay behind.
  size_t num_ports() const;
  size_t num_proxies() const;
  /// What the router knows of its ports, for tests that say what went wrong. Only while nothing
  /// else uses this node.
  std::vector<std::shared_ptr<const PortState>> ports() const;

 private:
  friend class Port;
  friend class Link;

  // Port's side.
  Result<void> send(PortState& port, wire::Message&& message);
  bool is_writable(PortState& port);
  void set_window(PortState& port, const wire::Window& window);
  wire::PipeEnd::TakeStatus take(PortState& port, wire::Message& message);
  void set_listener(PortState& port, std::weak_ptr<wire::PipeEnd::Listener> listener);
  Buffer allocate(const PortState& port, size_t num_bytes);
  void report_bad_message(const PortState& port, std::string_view what);
  void restrict_to(PortState& port, const RequiredContext& required);
  bool is_peer_closed(const PortState& port) const;
  void close(PortState& port);

  // Link's side, on its executor. Listeners are woken by the link, once a batch.
  Result<void> deliver(LinkId from, TravellingMessage message, WakeList& wake);
  Result<void> deliver(LinkId from, PortName to, PortEvent event, WakeList& wake);
  Result<std::unique_ptr<wire::PipeEnd>> deliver(LinkId from, const MovedEnd& end, WakeList& wake);
  Result<void> deliver(Link& from, const Introduction& introduction, UniqueFd channel,
                       WakeList& wake);
  Result<void> deliver(LinkId from, const IntroductionAnswer& answer, WakeList& wake);
  void deliver(LinkId from, const PortProbe& probe, WakeList& wake);
  void lose(LinkId link, WakeList& wake);

  void carry_out_but_waking(Outbox& outbox);
  void carry_out(Outbox& outbox);
  void carry_out(Outbox& outbox, WakeList& wake);
  void introduce(LinkId a, LinkId b);

  // EndFactory.
  std::unique_ptr<wire::PipeEnd> make_end(std::shared_ptr<PortState> port) override;
  std::shared_ptr<PortState> detach(wire::PipeEnd& end) override;
  PortState* find(const wire::PipeEnd& end) const override;

  std::shared_ptr<Link> find_link(LinkId link) const;

  mutable Mutex mutex_;
  Router router_;
  std::unordered_map<LinkId, std::shared_ptr<Link>> links_;
  uint64_t last_link_ = 0;
  std::weak_ptr<Introducer> introducer_;
};

}  // namespace ferrule::node
