// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "ferrule/wire/pipe_end.h"
#include "ferrule/node/port_state.h"

namespace ferrule::node {

class Node;

/// One end of a pipe as its user holds it: a name on an entry of the node's table. Thread-safe.
/// Shares the ownership of the node, which therefore outlives its ports.
class Port final : public wire::PipeEnd {
 public:
  Port(std::shared_ptr<Node> node, std::shared_ptr<PortState> state) noexcept
      : node_(std::move(node)), state_(std::move(state)) {}
  ~Port() override;

  Result<void> send(wire::Message&& message) override;
  bool is_writable() override;
  void set_window(const wire::Window& window) override;
  TakeStatus take(wire::Message& message) override;
  void set_listener(std::weak_ptr<Listener> listener) override;
  Buffer allocate(size_t num_bytes) override;
  void report_bad_message(std::string_view what) override;
  void restrict_to(const RequiredContext& required) override;
  bool is_peer_closed() const override;

 private:
  friend class Node;

  std::shared_ptr<Node> node_;
  std::shared_ptr<PortState> state_;  // null once the end has travelled on
};

}  // namespace ferrule::node
