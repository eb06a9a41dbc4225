// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ferrule/transport/loopback_transport.h"
#include "ferrule/node/node.h"

namespace ferrule::test {

using Pipe = std::unique_ptr<wire::PipeEnd>;

/// Several nodes in one process, joined by loopback transports on which nothing moves until the
/// test says so. Every order of deliveries can be made, and every run is the same.
class NodeNetwork {
 public:
  explicit NodeNetwork(size_t num_nodes, const wire::Window& initial_window = node::kInitialWindow);
  ~NodeNetwork();

  node::Node& node(size_t index) { return *nodes_[index]; }

  /// Whether `node` may introduce `a` and `b` to each other. Without it nobody is introduced.
  using Policy = std::function<bool(size_t node, size_t a, size_t b)>;
  void set_policy(Policy policy) { policy_ = std::move(policy); }
  /// Is shown the text of each message that comes to a node, for it or on its way through.
  using Observer = std::function<void(size_t node, std::string_view text)>;
  void set_observer(Observer observer) { observer_ = std::move(observer); }
  /// How many connections came of that.
  size_t num_introductions() const { return num_introductions_; }

  /// Joins two nodes.
  void link(size_t a, size_t b);
  /// Breaks all that joins them, as if the cable were cut: what is on the way is lost.
  void cut(size_t a, size_t b);
  /// Breaks everything that `node` is joined to.
  void isolate(size_t node);
  bool is_linked(size_t a, size_t b) const;
  /// Why the link ended, as `node` was told.
  std::optional<Error> link_error(size_t node, size_t peer) const;
  /// A rule that some node found broken; among honest nodes there is none.
  std::optional<std::string> broken_rule() const;

  /// A pipe with its ends in two nodes that are linked.
  std::pair<Pipe, Pipe> make_pipe(size_t a, size_t b);

  /// Sends `end` over the link from `a` to `b` under a name.
  void attach(size_t a, size_t b, std::string name, Pipe end);
  /// What has arrived so at `node`.
  std::vector<std::pair<std::string, Pipe>> take_attachments(size_t node);

  /// Delivers one frame somewhere; `choice` picks where. False if nothing is on the way.
  bool deliver_one(uint64_t choice);
  /// Delivers until nothing is on the way. False if that does not happen: nodes keep talking.
  bool settle();

  size_t num_ports() const;
  size_t num_proxies() const;
  /// A line for each port, or each proxy, and what it lies between.
  std::vector<std::string> describe_ports(bool proxies_only) const;

 private:
  struct Side;
  class Host;
  struct Channel {
    std::unique_ptr<transport::LoopbackTransport> transport;
    size_t peer = 0;
  };

  void add_side(size_t own, size_t other, std::unique_ptr<transport::LoopbackTransport> transport);
  void break_side(Side& side);
  void observe(size_t node, const transport::Frame& frame) const;
  Side* find(size_t node, size_t peer) const;

  std::vector<std::shared_ptr<node::Node>> nodes_;
  std::vector<std::shared_ptr<Side>> sides_;
  std::vector<std::shared_ptr<Host>> hosts_;
  Policy policy_;
  Observer observer_;
  std::map<uint64_t, Channel> channels_;  // on their way, by what their descriptors say
  uint64_t last_channel_ = 0;
  size_t num_introductions_ = 0;
};

/// A message with `text` for bytes.
wire::Message make_message(std::string_view text);
std::string text_of(const wire::Message& message);

/// Sends `text` and, in the message, `ends`.
void send(wire::PipeEnd& end, std::string_view text, std::vector<Pipe> ends = {});
/// The text of the next message; nothing if there is none now.
std::optional<std::string> take_text(wire::PipeEnd& end);
bool is_at_end(wire::PipeEnd& end);

}  // namespace ferrule::test
