// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/node_network.h"

namespace ferrule::test {

struct SimulationOptions {
  uint64_t seed = 0;
  size_t num_nodes = 3;
  size_t num_steps = 200;
  /// The numbers of the steps to do, if not all. A step is the same whichever others are done, as
  /// far as it can be: that is how a failing run is made smaller.
  std::optional<std::vector<size_t>> only_steps;
  /// Whether every two nodes are linked; else they form a random tree.
  bool is_mesh = false;
  /// Whether links may be cut on the way.
  bool cuts_links = false;
  /// What a pipe may hold unread.
  wire::Window window = node::kInitialWindow;
  /// Whether ends may get into messages that wait at themselves, so that nobody can read them.
  bool makes_circles = false;
  /// Whether nodes introduce those that they know to each other: all, some or none.
  enum class Introductions { kNone, kSome, kAll };
  Introductions introductions = Introductions::kNone;
  /// Called with each step, for a trace.
  void (*trace)(const std::string& step) = nullptr;
};

/// A random program on a network of nodes, with a model beside it that knows what must come out:
/// creates pipes, sends (with ends inside), receives, fuses, closes, cuts links, and delivers
/// frames in a random order. The same seed gives the same run.
///
/// What must hold, at every step: what comes out of an end is what its peer put in, in order,
/// without a gap, once; what was sent and not yet received is within the window; a message comes
/// only to nodes where an end of its pipe was. At the end:
/// everything that was sent has arrived, or its receiver is gone, or knows of a cut; an end whose
/// peer is gone knows it; an end whose peer has read everything can be written to; no port is left
/// when all ends are closed; where all nodes may be introduced no proxy is left; no node finds that
/// another broke a rule.
class NodeSimulation {
 public:
  explicit NodeSimulation(const SimulationOptions& options);

  /// What went wrong, or "".
  std::string run();

 private:
  /// An end of a pipe as the model sees it.
  struct EndModel {
    size_t id = 0;
    size_t out_stream = 0;  ///< what it sends
    size_t in_stream = 0;   ///< what its peer sends
    size_t peer = 0;
    /// An end travels only in pipes of a lower rank, so that no end can wait inside itself.
    size_t rank = 0;
    bool carries_ends = false;
    bool is_gone = false;
    size_t node = 0;
    Pipe end;  ///< null while it travels, and once it is gone
  };

  using Choice = uint64_t;
  Choice draw();
  Choice draw(uint64_t below) { return draw() % below; }
  void note(const std::string& step);
  void fail(const std::string& what);

  void step();
  void create();
  void create_over_link();
  void send();
  bool send_or_keep(EndModel& carrier, const std::string& text, std::vector<Pipe> travelling);
  void receive(EndModel& model, size_t at_most);
  void receive_attachments();
  void observe(size_t node, std::string_view text);
  void admit(size_t node, const EndModel& end);
  void close(EndModel& model);
  void fuse();
  void cut();
  void kill();
  void check_what_cuts_left();
  void finish();

  EndModel* any_held();
  EndModel& add_pipe(size_t node_a, Pipe a, Pipe b);
  /// Delivers and receives everything, until nothing comes any more.
  void drain();

  const SimulationOptions options_;
  uint64_t random_ = 0;
  NodeNetwork network_;
  std::map<size_t, EndModel> ends_;
  std::vector<size_t> num_sent_;          // by stream
  std::vector<size_t> num_received_;      // by stream
  std::vector<uint64_t> bytes_sent_;      // by stream, as flow control counts them
  std::vector<uint64_t> bytes_received_;  // by stream
  std::vector<uint32_t> admitted_;        // by stream: a bit for each node that may see it
  std::vector<std::pair<size_t, size_t>> links_;
  size_t next_rank_ = 0;
  std::string failure_;
};

}  // namespace ferrule::test
