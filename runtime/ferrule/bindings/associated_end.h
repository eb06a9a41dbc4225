// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/interface_ends.h"
#include "ferrule/wire/message.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/wire/pipe_end.h"

namespace ferrule::bindings {

class Endpoint;
class InterfaceGroup;

/// One end of an associated interface: to the endpoint above it a pipe like any other, below it an
/// id on a pipe that it shares. At first the two ends of a pair only know each other, and what is
/// sent waits. When one of them leaves with a message, it becomes a number, and the one that stays
/// is the end of that number in the group of the pipe.
///
/// Owned by who holds it, pending or bound; the group borrows it. Destroying it closes the
/// interface, not the pipe, and tells the other side. Executor-bound, other than pipe ends are.
class AssociatedEnd final : public wire::InterfaceEnd, public wire::PipeEnd {
 public:
  using Pair = std::pair<std::unique_ptr<AssociatedEnd>, std::unique_ptr<AssociatedEnd>>;
  static Pair make_pair();
  /// The end that arrived under `id`.
  AssociatedEnd(std::shared_ptr<InterfaceGroup> group, uint32_t id);
  ~AssociatedEnd() override;

  static std::unique_ptr<AssociatedEnd> from_message(
      std::unique_ptr<wire::InterfaceEnd> end) noexcept {
    return std::unique_ptr<AssociatedEnd>(static_cast<AssociatedEnd*>(end.release()));
  }

  // ---- as a pipe ----
  Result<void> send(wire::Message&& message) override;
  TakeStatus take(wire::Message& message) override;
  void set_listener(std::weak_ptr<Listener> listener) override;
  Buffer allocate(size_t num_bytes) override;
  /// Ends the whole pipe.
  void report_bad_message(std::string_view what) override;
  bool is_peer_closed() const override { return is_peer_closed_; }
  /// An associated interface is no end of a pipe, and nobody on the way could see what it requires:
  /// it can be sent to nobody.
  void restrict_to(const RequiredContext& required) override { restriction_ = &required; }

  // ---- for the endpoint that is bound to it ----
  /// The endpoint, which must run on the executor of the pipe.
  void bind_to(const std::shared_ptr<Endpoint>& endpoint);
  /// On the pipe.
  uint32_t id() const noexcept { return id_; }
  /// Null as long as this belongs to no pipe.
  InterfaceGroup* group() const noexcept { return group_.get(); }
  /// Why the peer closed it; known after `kPeerClosed`.
  const Error& close_reason() const noexcept { return reason_; }
  /// What the other side is told when this is destroyed.
  void set_farewell(uint32_t custom_reason, std::string description);

  // ---- for the group ----
  /// What forbids to send it; null for an interface whose ends anybody may hold.
  const RequiredContext* restriction() const noexcept { return restriction_; }
  bool is_associated() const noexcept { return group_ != nullptr; }
  bool is_bound() const noexcept { return is_bound_; }
  /// Of the endpoint above.
  size_t num_open_calls() const;
  /// Lets go of the other end of the pair, which stays behind; null if that is gone.
  AssociatedEnd* detach_peer() noexcept;
  void attach(std::shared_ptr<InterfaceGroup> group, uint32_t id);
  /// Sends what waited for the pipe.
  void send_held();
  void deliver(wire::Message message);
  void on_closed(const Error& reason, SignalSource source);

 private:
  AssociatedEnd() = default;
  /// To the endpoint: here and now if a message of the pipe is being handled, so that the order is
  /// kept; else later.
  void signal(SignalSource source);

  AssociatedEnd* peer_ = nullptr;  // the other end of the pair, as long as both are here
  std::shared_ptr<InterfaceGroup> group_;
  uint32_t id_ = wire::kInvalidInterfaceId;
  std::weak_ptr<Endpoint> endpoint_;  // bound to this
  bool is_bound_ = false;
  std::vector<wire::Message> held_;  // sent before there was a pipe
  std::deque<wire::Message> inbox_;
  bool is_peer_closed_ = false;
  Error reason_{Errc::kDisconnected, "the other end of the associated interface is gone"};
  std::optional<Error> farewell_;
  const RequiredContext* restriction_ = nullptr;  // the generated code's, which stays
};

}  // namespace ferrule::bindings
