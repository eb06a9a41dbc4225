// SPDX-License-Identifier: Apache-2.0
#include "support/node_network.h"

#include <algorithm>
#include <cstring>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

#include "ferrule/node/link_header.h"

namespace ferrule::test {

using TakeStatus = wire::PipeEnd::TakeStatus;

/// One end of one link.
struct NodeNetwork::Side final : node::Node::LinkOwner {
  Side(size_t own_node, size_t other_node) : node(own_node), peer(other_node) {}

  void on_attachment(std::string name, Pipe end) override {
    attachments.emplace_back(std::move(name), std::move(end));
  }
  void on_link_closed(const Error& why) override {
    transport = nullptr;
    reason = why;
  }

  const size_t node;
  const size_t peer;
  node::LinkId link;
  transport::LoopbackTransport* transport = nullptr;  // owned by the node; null once closed
  std::optional<Error> reason;
  std::deque<std::pair<std::string, Pipe>> attachments;
};

/// Makes loopback transports for one node. What stands for one on its way is an event descriptor
/// that holds its number.
class NodeNetwork::Host final : public node::Node::Introducer {
 public:
  Host(NodeNetwork& network, size_t node) : network_(network), node_(node) {}

  Result<std::pair<UniqueFd, UniqueFd>> make_channel(node::LinkId a, node::LinkId b) override {
    const size_t left = peer_of(a);
    const size_t right = peer_of(b);
    if (!network_.policy_ || !network_.policy_(node_, left, right)) {
      return Error(Errc::kAccessDenied, "not allowed");
    }
    auto [to_left, to_right] = transport::LoopbackTransport::make_pair();
    return std::pair(add(std::move(to_left), right), add(std::move(to_right), left));
  }
  Result<node::LinkId> open_channel(node::LinkId /*introducer*/, UniqueFd channel) override {
    uint64_t number = 0;
    EXPECT_EQ(::read(channel.get(), &number, sizeof(number)), ssize_t{sizeof(number)});
    Channel found = std::move(network_.channels_.at(number));
    network_.channels_.erase(number);
    ++network_.num_introductions_;
    network_.add_side(node_, found.peer, std::move(found.transport));
    return network_.sides_.back()->link;
  }

 private:
  size_t peer_of(node::LinkId link) const {
    for (const auto& side : network_.sides_) {
      if (side->node == node_ && side->link == link) return side->peer;
    }
    ADD_FAILURE() << "an unknown link is to be introduced";
    return 0;
  }
  UniqueFd add(std::unique_ptr<transport::LoopbackTransport> transport, size_t peer) {
    const uint64_t number = ++network_.last_channel_;
    network_.channels_[number] = {std::move(transport), peer};
    UniqueFd ticket(::eventfd(0, EFD_CLOEXEC));
    EXPECT_EQ(::write(ticket.get(), &number, sizeof(number)), ssize_t{sizeof(number)});
    return ticket;
  }

  NodeNetwork& network_;
  const size_t node_;
};

NodeNetwork::NodeNetwork(size_t num_nodes, const wire::Window& initial_window) {
  for (size_t i = 0; i < num_nodes; ++i) {
    nodes_.push_back(node::Node::create(initial_window));
    hosts_.push_back(std::make_shared<Host>(*this, i));
    nodes_.back()->set_introducer(hosts_.back());
  }
}

NodeNetwork::~NodeNetwork() {
  for (const auto& node : nodes_) node->disconnect_all();
}

void NodeNetwork::link(size_t a, size_t b) {
  auto [left, right] = transport::LoopbackTransport::make_pair();
  add_side(a, b, std::move(left));
  add_side(b, a, std::move(right));
}

void NodeNetwork::add_side(size_t own, size_t other,
                           std::unique_ptr<transport::LoopbackTransport> transport) {
  auto side = std::make_shared<Side>(own, other);
  transport->set_observer([this, own](const transport::Frame& frame) {
    if (observer_) observe(own, frame);
  });
  side->transport = transport.get();
  side->link = nodes_[own]->connect(std::move(transport), side);
  sides_.push_back(std::move(side));
}

void NodeNetwork::observe(size_t node, const transport::Frame& frame) const {
  const auto bytes = frame.body.bytes();
  uint16_t kind = 0;
  uint32_t num_tail_bytes = 0;
  ASSERT_GE(bytes.size(), node::LinkHeader::kNumBytes);
  std::memcpy(&kind, bytes.data(), sizeof(kind));
  std::memcpy(&num_tail_bytes, bytes.data() + 4, sizeof(num_tail_bytes));
  if (kind != static_cast<uint16_t>(node::LinkFrameKind::kMessage)) return;
  const auto text = bytes.subspan(node::LinkHeader::kNumBytes);
  observer_(node, {reinterpret_cast<const char*>(text.data()), text.size() - num_tail_bytes});
}

NodeNetwork::Side* NodeNetwork::find(size_t node, size_t peer) const {
  const auto it = std::find_if(sides_.begin(), sides_.end(), [&](const auto& side) {
    return side->node == node && side->peer == peer;
  });
  return it == sides_.end() ? nullptr : it->get();
}

bool NodeNetwork::is_linked(size_t a, size_t b) const {
  const Side* side = find(a, b);
  return side != nullptr && side->transport != nullptr;
}

std::optional<Error> NodeNetwork::link_error(size_t node, size_t peer) const {
  const Side* side = find(node, peer);
  return side != nullptr ? side->reason : std::nullopt;
}

std::optional<std::string> NodeNetwork::broken_rule() const {
  for (const auto& side : sides_) {
    if (side->reason && side->reason->code() == Errc::kBadMessage) {
      return "node " + std::to_string(side->node) + " says of node " + std::to_string(side->peer) +
             ": " + side->reason->message();
    }
  }
  return std::nullopt;
}

void NodeNetwork::cut(size_t a, size_t b) {
  for (size_t i = 0; i < sides_.size(); ++i) {
    Side& side = *sides_[i];
    if (std::minmax(side.node, side.peer) == std::minmax(a, b)) break_side(side);
  }
}

void NodeNetwork::isolate(size_t node) {
  for (size_t i = 0; i < sides_.size(); ++i) {
    if (sides_[i]->node == node || sides_[i]->peer == node) break_side(*sides_[i]);
  }
}

void NodeNetwork::break_side(Side& side) {
  if (std::exchange(side.transport, nullptr) != nullptr) nodes_[side.node]->disconnect(side.link);
}

std::pair<Pipe, Pipe> NodeNetwork::make_pipe(size_t a, size_t b) {
  auto [ours, theirs] = nodes_[a]->make_pipe_ends();
  EXPECT_TRUE(nodes_[a]->attach(find(a, b)->link, "pipe", std::move(theirs)).ok());
  settle();
  Side* side = find(b, a);
  EXPECT_FALSE(side->attachments.empty());
  Pipe arrived = std::move(side->attachments.back().second);
  side->attachments.pop_back();
  return {std::move(ours), std::move(arrived)};
}

void NodeNetwork::attach(size_t a, size_t b, std::string name, Pipe end) {
  EXPECT_TRUE(nodes_[a]->attach(find(a, b)->link, std::move(name), std::move(end)).ok());
}

std::vector<std::pair<std::string, Pipe>> NodeNetwork::take_attachments(size_t node) {
  std::vector<std::pair<std::string, Pipe>> taken;
  for (const auto& side : sides_) {
    if (side->node != node) continue;
    for (auto& attachment : side->attachments) taken.push_back(std::move(attachment));
    side->attachments.clear();
  }
  return taken;
}

bool NodeNetwork::deliver_one(uint64_t choice) {
  std::vector<Side*> ready;
  for (const auto& side : sides_) {
    if (side->transport != nullptr && side->transport->num_waiting() > 0) {
      ready.push_back(side.get());
    }
  }
  if (ready.empty()) return false;
  Side* const chosen = ready[choice % ready.size()];
  chosen->transport->deliver(1);
  return true;
}

bool NodeNetwork::settle() {
  // With nothing left to deliver, ends of connections still have to be noticed.
  size_t num_left = 1000000;
  do {
    while (deliver_one(num_left)) {
      if (--num_left == 0) return false;
    }
    for (size_t i = 0; i < sides_.size(); ++i) {
      if (sides_[i]->transport != nullptr) sides_[i]->transport->deliver(0);
    }
  } while (deliver_one(0));
  return true;
}

size_t NodeNetwork::num_ports() const {
  size_t count = 0;
  for (const auto& node : nodes_) count += node->num_ports();
  return count;
}

size_t NodeNetwork::num_proxies() const {
  size_t count = 0;
  for (const auto& node : nodes_) count += node->num_proxies();
  return count;
}

std::vector<std::string> NodeNetwork::describe_ports(bool proxies_only) const {
  std::map<node::PortName, std::string> names;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    for (const auto& port : nodes_[i]->ports()) {
      names[port->name] = std::to_string(i) + "#" + std::to_string(port->number);
    }
  }
  const auto text_of_address = [&](size_t node, const node::Address& address) {
    std::string text = names.contains(address.port) ? names[address.port] : "?";
    for (const auto& side : sides_) {
      if (side->node != node || side->link != address.link || address.is_local()) continue;
      text += " by link " + std::to_string(address.link.value()) + " to " +
              std::to_string(side->peer) + (side->transport == nullptr ? ", closed" : "");
    }
    return text;
  };
  std::vector<std::string> lines;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    for (const auto& port : nodes_[i]->ports()) {
      if (proxies_only && !port->is_proxy()) continue;
      lines.push_back((port->is_proxy() ? "proxy " : "port ") + names[port->name] + ": from " +
                      text_of_address(i, port->upstream) + ", to " +
                      text_of_address(i, port->peer) + ", partner " +
                      text_of_address(i, {node::kLocal, port->partner}) +
                      (port->phase == node::PortState::Phase::kBuffering ? ", buffering" : "") +
                      (port->stays ? ", stays" : "") +
                      (port->remove_when_drained ? ", goes when drained" : "") +
                      (port->waiting_for_removal.empty() ? "" : ", others wait for it"));
    }
  }
  return lines;
}

wire::Message make_message(std::string_view text) {
  Buffer buffer = Buffer::allocate(text.size());
  if (!text.empty()) std::memcpy(buffer.data(), text.data(), text.size());
  return wire::Message(std::move(buffer));
}

std::string text_of(const wire::Message& message) {
  const auto bytes = message.buffer().bytes();
  return {bytes.begin(), bytes.end()};
}

void send(wire::PipeEnd& end, std::string_view text, std::vector<Pipe> ends) {
  wire::Message message = make_message(text);
  for (Pipe& travelling : ends) message.handles().emplace_back(std::move(travelling));
  const auto sent = end.send(std::move(message));
  EXPECT_TRUE(sent.ok()) << (sent.ok() ? "" : sent.error().message());
}

std::optional<std::string> take_text(wire::PipeEnd& end) {
  wire::Message message;
  if (end.take(message) != TakeStatus::kMessage) return std::nullopt;
  return text_of(message);
}

bool is_at_end(wire::PipeEnd& end) {
  wire::Message message;
  return end.take(message) == TakeStatus::kPeerClosed;
}

}  // namespace ferrule::test
