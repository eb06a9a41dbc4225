// SPDX-License-Identifier: Apache-2.0
#include "support/node_simulation.h"

#include <algorithm>
#include <numeric>
#include <sstream>
#include <utility>

namespace ferrule::test {

using TakeStatus = wire::PipeEnd::TakeStatus;

NodeSimulation::NodeSimulation(const SimulationOptions& options)
    : options_(options), random_(options.seed), network_(options.num_nodes, options.window) {
  for (size_t b = 1; b < options_.num_nodes; ++b) {
    for (size_t a = 0; a < b; ++a) {
      if (options_.is_mesh) links_.emplace_back(a, b);
    }
    if (!options_.is_mesh) links_.emplace_back(draw(b), b);
  }
  for (const auto& [a, b] : links_) network_.link(a, b);
  network_.set_observer([this](size_t node, std::string_view text) { observe(node, text); });
  if (options_.introductions != SimulationOptions::Introductions::kNone) {
    network_.set_policy([this](size_t node, size_t a, size_t b) {
      const bool is_allowed = options_.introductions == SimulationOptions::Introductions::kAll ||
                              (options_.seed + node + a + b) % 2 == 0;
      note("node " + std::to_string(node) + (is_allowed ? " introduces " : " does not introduce ") +
           std::to_string(a) + " and " + std::to_string(b));
      return is_allowed;
    });
  }
}

std::string NodeSimulation::run() {
  std::vector<size_t> steps(options_.num_steps);
  std::iota(steps.begin(), steps.end(), size_t{0});
  if (options_.only_steps) steps = *options_.only_steps;
  for (const size_t number : steps) {
    random_ = (options_.seed << 32U) + number;
    step();
    if (!failure_.empty()) break;
  }
  if (failure_.empty()) finish();
  return failure_;
}

/// SplitMix64: good enough, and quick to begin anew for each step.
NodeSimulation::Choice NodeSimulation::draw() {
  random_ += 0x9e3779b97f4a7c15U;
  uint64_t mixed = random_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

void NodeSimulation::note(const std::string& step) {
  if (options_.trace != nullptr) options_.trace(step);
}

void NodeSimulation::fail(const std::string& what) {
  note("FAILED: " + what);
  if (failure_.empty()) failure_ = what;
}

void NodeSimulation::step() {
  const Choice choice = draw(100);
  if (choice < 8) {
    create();
  } else if (choice < 14) {
    create_over_link();
  } else if (choice < 40) {
    send();
  } else if (choice < 55) {
    if (EndModel* model = any_held()) receive(*model, 1 + draw(4));
  } else if (choice < 60) {
    receive_attachments();
  } else if (choice < 64) {
    if (EndModel* model = any_held()) close(*model);
  } else if (choice < 68) {
    fuse();
  } else if (choice < 69 && options_.cuts_links) {
    draw(4) == 0 ? kill() : cut();
  } else {
    const size_t count = 1 + draw(6);
    for (size_t i = 0; i < count; ++i) network_.deliver_one(draw());
    note("deliver " + std::to_string(count));
  }
}

NodeSimulation::EndModel* NodeSimulation::any_held() {
  std::vector<EndModel*> held;
  for (auto& [id, model] : ends_) {
    if (model.end) held.push_back(&model);
  }
  return held.empty() ? nullptr : held[draw(held.size())];
}

/// Both models of a new pipe; the first end is in `node_a`, the second, if null, on its way.
NodeSimulation::EndModel& NodeSimulation::add_pipe(size_t node_a, Pipe a, Pipe b) {
  const size_t id = ends_.size();
  const size_t stream = num_sent_.size();
  num_sent_.resize(stream + 2);
  num_received_.resize(stream + 2);
  bytes_sent_.resize(stream + 2);
  bytes_received_.resize(stream + 2);
  admitted_.resize(stream + 2, 1U << node_a);
  const size_t rank = next_rank_++;
  ends_[id] = {id, stream, stream + 1, id + 1, rank, false, false, node_a, std::move(a)};
  ends_[id + 1] = {id + 1, stream + 1, stream, id, rank, false, false, node_a, std::move(b)};
  return ends_[id + 1];
}

void NodeSimulation::create() {
  const size_t node = draw(options_.num_nodes);
  auto [a, b] = network_.node(node).make_pipe_ends();
  const EndModel& second = add_pipe(node, std::move(a), std::move(b));
  note("create " + std::to_string(second.peer) + "-" + std::to_string(second.id) + " in node " +
       std::to_string(node));
}

void NodeSimulation::create_over_link() {
  auto [a, b] = links_[draw(links_.size())];
  if (draw(2) == 0) std::swap(a, b);
  if (!network_.is_linked(a, b)) return;
  auto [ours, theirs] = network_.node(a).make_pipe_ends();
  const EndModel& second = add_pipe(a, std::move(ours), nullptr);
  admit(b, second);
  network_.attach(a, b, std::to_string(second.id), std::move(theirs));
  note("attach " + std::to_string(second.id) + " (peer " + std::to_string(second.peer) +
       ") from node " + std::to_string(a) + " to " + std::to_string(b));
}

void NodeSimulation::send() {
  EndModel* const carrier = any_held();
  if (carrier == nullptr) return;
  const size_t count = 1 + draw(3);
  for (size_t i = 0; i < count; ++i) {
    const size_t stream = carrier->out_stream;
    std::ostringstream text;
    text << stream << ' ' << num_sent_[stream];
    std::vector<Pipe> travelling;
    if (draw(3) == 0) {
      for (auto& [id, model] : ends_) {
        const bool may_travel = model.end && model.node == carrier->node && id != carrier->id &&
                                id != carrier->peer &&
                                (options_.makes_circles || model.rank > carrier->rank);
        if (!may_travel || draw(3) != 0) continue;
        text << ' ' << id;
        travelling.push_back(std::move(model.end));
        carrier->carries_ends = true;
        ends_[carrier->peer].carries_ends = true;
      }
    }
    note("send from end " + std::to_string(carrier->id) + " in node " +
         std::to_string(carrier->node) + ": " + text.str());
    if (!send_or_keep(*carrier, text.str(), std::move(travelling))) return;
  }
}

/// False if the window is full: then the ends that were to travel are held as before.
bool NodeSimulation::send_or_keep(EndModel& carrier, const std::string& text,
                                  std::vector<Pipe> travelling) {
  const size_t stream = carrier.out_stream;
  wire::Message message = make_message(text);
  for (Pipe& end : travelling) message.handles().emplace_back(std::move(end));
  const uint64_t charge = node::charge_of(message);
  const bool was_alive = !carrier.end->is_peer_closed();
  const bool fits = num_sent_[stream] - num_received_[stream] < options_.window.num_messages &&
                    bytes_sent_[stream] - bytes_received_[stream] < options_.window.num_bytes;
  if (const auto sent = carrier.end->send(std::move(message)); !sent) {
    if (sent.error().code() != Errc::kWouldBlock) fail("send: " + sent.error().message());
    note("which is refused");
    std::istringstream ids(text);
    size_t id = 0;
    ids >> id >> id;
    for (wire::Handle& handle : message.handles()) {
      ids >> id;
      ends_[id].end = handle.take_pipe();
    }
    return false;
  }
  if (was_alive && !fits) fail("end " + std::to_string(carrier.id) + " sent beyond the window");
  ++num_sent_[stream];
  bytes_sent_[stream] += charge;
  return true;
}

void NodeSimulation::receive(EndModel& model, size_t at_most) {
  for (size_t i = 0; i < at_most; ++i) {
    wire::Message message;
    if (model.end->take(message) != TakeStatus::kMessage) return;
    bytes_received_[model.in_stream] += node::charge_of(message);
    std::istringstream text(text_of(message));
    size_t stream = 0;
    size_t number = 0;
    text >> stream >> number;
    note("receive at end " + std::to_string(model.id) + " in node " + std::to_string(model.node) +
         ": " + text.str());
    if (stream != model.in_stream || number != num_received_[stream]) {
      return fail("end " + std::to_string(model.id) + " got \"" + text.str() +
                  "\" and should have got " + std::to_string(model.in_stream) + " " +
                  std::to_string(num_received_[model.in_stream]));
    }
    ++num_received_[stream];
    size_t id = 0;
    for (wire::Handle& handle : message.handles()) {
      text >> id;
      ends_[id].end = handle.take_pipe();
      ends_[id].node = model.node;
    }
  }
}

/// An end of the pipe is, or was, at `node`: that may see what goes through the pipe from now on.
void NodeSimulation::admit(size_t node, const EndModel& end) {
  admitted_[end.in_stream] |= 1U << node;
  admitted_[end.out_stream] |= 1U << node;
}

/// A message has come to a node, which it may be for or not.
void NodeSimulation::observe(size_t node, std::string_view seen) {
  std::istringstream text{std::string(seen)};
  size_t stream = 0;
  size_t number = 0;
  text >> stream >> number;
  if ((admitted_[stream] >> node & 1U) == 0) {
    fail("node " + std::to_string(node) + " sees \"" + text.str() +
         "\" and never had an end of it");
  }
  for (size_t id = 0; text >> id;) admit(node, ends_[id]);
}

void NodeSimulation::receive_attachments() {
  for (size_t node = 0; node < options_.num_nodes; ++node) {
    for (auto& [name, end] : network_.take_attachments(node)) {
      EndModel& model = ends_[std::stoul(name)];
      model.end = std::move(end);
      model.node = node;
      note("attached end " + name + " is in node " + std::to_string(node));
    }
  }
}

void NodeSimulation::close(EndModel& model) {
  note("close end " + std::to_string(model.id));
  model.end.reset();
  model.is_gone = true;
}

void NodeSimulation::fuse() {
  EndModel* const b = any_held();
  EndModel* const c = any_held();
  if (b == nullptr || c == nullptr || b == c || b->node != c->node || b->peer == c->id) return;
  const auto is_fresh = [this](const EndModel& end) {
    return num_sent_[end.out_stream] == 0 && num_received_[end.in_stream] == 0 && !end.carries_ends;
  };
  if (!is_fresh(*b) || !is_fresh(*c)) return;
  note("fuse ends " + std::to_string(b->id) + " and " + std::to_string(c->id));
  if (!network_.node(b->node).fuse(std::move(b->end), std::move(c->end)).ok()) {
    return fail("fuse was refused");
  }
  EndModel& a = ends_[b->peer];
  EndModel& d = ends_[c->peer];
  admitted_[a.out_stream] |= admitted_[d.out_stream];
  admitted_[d.out_stream] |= admitted_[a.out_stream];
  a.in_stream = d.out_stream;
  d.in_stream = a.out_stream;
  a.peer = d.id;
  d.peer = a.id;
  a.rank = d.rank = std::max(a.rank, d.rank);
  b->is_gone = c->is_gone = true;
  // Nothing refers to the fused ends any more.
  b->peer = b->id;
  c->peer = c->id;
  b->in_stream = b->out_stream;
  c->in_stream = c->out_stream;
}

void NodeSimulation::cut() {
  const auto [a, b] = links_[draw(links_.size())];
  note("cut " + std::to_string(a) + "-" + std::to_string(b));
  network_.cut(a, b);
}

/// A node loses all its links, and its user everything.
void NodeSimulation::kill() {
  const size_t node = draw(options_.num_nodes);
  note("kill node " + std::to_string(node));
  network_.isolate(node);
  for (auto& [id, model] : ends_) {
    if (model.end && model.node == node) close(model);
  }
}

void NodeSimulation::drain() {
  size_t num_before = 0;
  size_t num_now = 1;
  while (num_before != num_now && failure_.empty()) {
    num_before = num_now;
    if (!network_.settle()) return fail("the nodes never come to rest");
    receive_attachments();
    for (auto& [id, model] : ends_) {
      if (model.end) receive(model, SIZE_MAX);
    }
    num_now = 1;
    for (const size_t count : num_received_) num_now += count;
  }
  network_.settle();
  if (const auto rule = network_.broken_rule()) fail(*rule);
}

/// A cut may end any pipe, but nobody waits for what cannot come.
void NodeSimulation::check_what_cuts_left() {
  for (auto& [id, model] : ends_) {
    if (!model.end) continue;
    const std::string name = "end " + std::to_string(id);
    const EndModel& peer = ends_[model.peer];
    if (is_at_end(*model.end)) {
      if (peer.end && !is_at_end(*peer.end)) fail(name + " is told of an end, its peer is not");
    } else if (!peer.end) {
      fail(name + " does not know that its peer is gone");
    } else if (num_received_[model.in_stream] != num_sent_[model.in_stream]) {
      fail(name + " waits for messages that are lost");
    }
  }
}

void NodeSimulation::finish() {
  note("finish");
  drain();
  if (!failure_.empty()) return;
  for (auto& [id, model] : ends_) {
    // Whoever is still on his way now is in a message that nobody will read.
    if (!model.end) model.is_gone = true;
  }
  if (!options_.cuts_links) {
    for (auto& [id, model] : ends_) {
      if (!model.end) continue;
      const std::string name = "end " + std::to_string(id);
      if (num_received_[model.in_stream] != num_sent_[model.in_stream]) {
        fail(name + " got " + std::to_string(num_received_[model.in_stream]) + " of " +
             std::to_string(num_sent_[model.in_stream]) + " messages");
      }
      if (!model.end->is_writable()) fail(name + " cannot be written to, and nothing is unread");
      if (ends_[model.peer].is_gone != is_at_end(*model.end)) {
        fail(name + (ends_[model.peer].is_gone ? " does not know that its peer is gone"
                                               : " thinks that its peer is gone"));
      }
    }
    const bool may_all_meet =
        options_.num_nodes == 2 || options_.introductions == SimulationOptions::Introductions::kAll;
    if (may_all_meet && network_.num_proxies() != 0) {
      for (const std::string& line : network_.describe_ports(true)) note(line);
      fail(std::to_string(network_.num_proxies()) + " proxies are left");
    }
  }
  if (options_.cuts_links) check_what_cuts_left();
  for (auto& [id, model] : ends_) {
    if (model.end) close(model);
  }
  network_.settle();
  if (network_.num_ports() != 0) {
    for (const std::string& line : network_.describe_ports(false)) note(line);
    fail(std::to_string(network_.num_ports()) + " ports are left");
  }
  for (const auto& [a, b] : links_) {
    if (options_.cuts_links || network_.is_linked(a, b)) continue;
    for (const auto& [node, peer] : {std::pair(a, b), std::pair(b, a)}) {
      const auto reason = network_.link_error(node, peer);
      fail("a link broke by itself: " + (reason ? reason->message() : "?"));
    }
  }
}

}  // namespace ferrule::test
