// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ferrule/transport/loopback_transport.h"
#include "ferrule/node/node.h"

namespace ferrule::test {

/// A node and, instead of its peer, the fuzzer: it sees the frames that the node sends and gives it
/// any others.
class RawLink final : private transport::Transport::Listener, private node::Node::LinkOwner {
 public:
  RawLink() : owner_(std::make_shared<int>(0), this) {
    auto [nodes_end, our_end] = transport::LoopbackTransport::make_pair();
    nodes_ = nodes_end.get();
    ours_ = std::move(our_end);
    ours_->start(*this);
    link_ = node_->connect(std::move(nodes_end), owner_);
    settle();
  }
  ~RawLink() {
    node_->disconnect_all();
    pipes.clear();
  }
  RawLink(const RawLink&) = delete;
  RawLink& operator=(const RawLink&) = delete;

  node::Node& node() { return *node_; }
  node::LinkId link() const { return link_; }
  bool is_open() const { return nodes_ != nullptr && !is_closed_; }

  /// A frame for the node.
  void give(std::span<const uint8_t> bytes, std::vector<UniqueFd> descriptors = {}) {
    Buffer body = Buffer::allocate(bytes.size());
    std::ranges::copy(bytes, body.data());
    give(transport::Frame{std::move(body), {}, std::move(descriptors)});
  }
  void give(transport::Frame frame) {
    if (!is_open()) return;
    ours_->send(std::move(frame));
    settle();
  }
  /// What the node said goes to `frames`.
  void settle() {
    if (is_open()) nodes_->deliver();
    if (!is_closed_) ours_->deliver();
  }

  /// Sent by the node, in order.
  std::deque<transport::Frame> frames;
  /// Ends that the node was handed.
  std::vector<std::unique_ptr<wire::PipeEnd>> pipes;

 private:
  void on_frame(transport::Frame frame) override { frames.push_back(std::move(frame)); }
  void on_batch_end() override {}
  void on_transport_closed(const Error& /*reason*/) override { is_closed_ = true; }

  void on_attachment(std::string /*name*/, std::unique_ptr<wire::PipeEnd> end) override {
    if (pipes.size() < 64) pipes.push_back(std::move(end));
  }
  void on_link_closed(const Error& /*reason*/) override { nodes_ = nullptr; }

  const std::shared_ptr<node::Node> node_ = node::Node::create();
  const std::shared_ptr<node::Node::LinkOwner> owner_;
  transport::LoopbackTransport* nodes_ = nullptr;  // owned by the node; null once closed
  std::unique_ptr<transport::LoopbackTransport> ours_;
  node::LinkId link_;
  bool is_closed_ = false;
};

}  // namespace ferrule::test
