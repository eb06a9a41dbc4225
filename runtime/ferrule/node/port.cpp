// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/port.h"

#include <utility>

#include "ferrule/node/node.h"

namespace ferrule::node {

Port::~Port() {
  if (state_) node_->close(*state_);
}

Result<void> Port::send(wire::Message&& message) {
  return node_->send(*state_, std::move(message));
}

bool Port::is_writable() { return node_->is_writable(*state_); }

void Port::set_window(const wire::Window& window) { node_->set_window(*state_, window); }

wire::PipeEnd::TakeStatus Port::take(wire::Message& message) {
  return node_->take(*state_, message);
}

void Port::set_listener(std::weak_ptr<Listener> listener) {
  node_->set_listener(*state_, std::move(listener));
}

Buffer Port::allocate(size_t num_bytes) { return node_->allocate(*state_, num_bytes); }

void Port::report_bad_message(std::string_view what) { node_->report_bad_message(*state_, what); }

void Port::restrict_to(const RequiredContext& required) { node_->restrict_to(*state_, required); }

bool Port::is_peer_closed() const { return node_->is_peer_closed(*state_); }

}  // namespace ferrule::node
