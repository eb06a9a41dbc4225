// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "ferrule/base/internal/status_page.h"
#include "ferrule/transport/transport.h"
#include "ferrule/node/control_message.h"
#include "ferrule/node/link_header.h"
#include "ferrule/node/node.h"
#include "ferrule/node/outbox.h"

namespace ferrule::node {

/// The longest name of an end that is handed over by itself. Stops a peer that fills our memory
/// with a few requests that wait.
inline constexpr size_t kMaxAttachmentNameBytes = 1024;

/// One connection to another node: turns what the router decides into frames, and frames into what
/// the router is asked. It checks form; rights are checked by the router.
///
/// Made by `Node::connect` and owned by the node, and by whoever is just sending through it.
/// `depart`, `allocate` and `abort` are thread-safe; the rest is I/O-bound.
class Link final : public Departures, private transport::Transport::Listener {
 public:
  Link(std::shared_ptr<Node> node, LinkId id, std::unique_ptr<transport::Transport> transport,
       std::weak_ptr<Node::LinkOwner> owner);

  LinkId id() const noexcept { return id_; }

  /// Says hello and begins to receive.
  void start();
  /// Ends the connection; pipes across it close. The owner is not called.
  void close();
  /// Ends it for a reason that the owner is told.
  void abort(Error reason) { transport_->abort(std::move(reason)); }

  Buffer allocate(size_t num_bytes) { return transport_->allocate(num_bytes); }

  transport::TransportCounters counters() const { return transport_->counters(); }

  void depart(TravellingMessage message) override;
  void depart(const DepartingEvent& event) override;
  void depart(const DepartingAttachment& attachment) override;
  void depart(const PortProbe& probe) override;
  void send_introduction(const Introduction& introduction, UniqueFd channel);
  void send_answer(const IntroductionAnswer& answer);

 private:
  void on_frame(transport::Frame frame) override;
  void on_batch_end() override;
  void on_transport_closed(const Error& reason) override;

  Result<void> receive(transport::Frame frame);
  Result<void> receive_message(const LinkHeader& header, transport::Frame frame);
  Result<void> receive_control(transport::Frame frame);
  Result<void> receive(const Greeting& greeting);
  Result<void> receive(ArrivedAttachment attachment);
  Result<void> receive(const ArrivedEvent& event);
  Result<void> receive(const Introduction& introduction);
  Result<void> receive(const IntroductionAnswer& answer);
  Result<void> receive(const PortProbe& probe);
  void send_control(Buffer body, std::vector<UniqueFd> descriptors = {});

  const std::shared_ptr<Node> node_;
  const LinkId id_;
  const std::unique_ptr<transport::Transport> transport_;
  const std::weak_ptr<Node::LinkOwner> owner_;
  const ControlCodec codec_;
  WakeList wake_;
  UniqueFd introduced_channel_;  // of the control message that is looked at
  bool was_greeted_ = false;
  bool has_failed_ = false;  // a rule was broken: what still arrives is not looked at
  [[no_unique_address]] const status::Counted<status::Count::kLinks> counted_{};
};

}  // namespace ferrule::node
