// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "ferrule/transport/transport.h"
#include "ferrule/node/node.h"
#include "ferrule/sandbox/policy.h"
#include "ferrule/service/connection.h"
#include "ferrule/service/internal/runtime_core.h"

namespace ferrule::service {

/// The name under which a program is asked to stop.
inline constexpr const char* kStopName = "ferrule.stop";

/// What stands behind a `Connection`: a link of the node, and the names that go with it. I/O-bound.
class ConnectionState final : public node::Node::LinkOwner,
                              public std::enable_shared_from_this<ConnectionState> {
  struct Private {};

 public:
  using Bind = std::function<void(MessagePipe)>;

  /// Takes over a connected socket and begins to speak.
  static Result<std::shared_ptr<ConnectionState>> open(std::shared_ptr<RuntimeCore> core,
                                                       UniqueFd socket);
  ConnectionState(Private, std::shared_ptr<RuntimeCore> core, PeerCredentials peer);

  /// Who provides under a name, and of what.
  struct Provider {
    Bind bind;
    InterfaceNeeds needs;
  };

  std::unique_ptr<wire::PipeEnd> request(std::string name, const InterfaceNeeds& needs);
  void provide(std::string name, Provider provider);
  void grant(GrantedContext context);
  void grant_all_contexts();
  /// The other side is a program that was launched in this sandbox, or in none.
  void set_sandbox(std::optional<sandbox::Policy> policy) {
    launched_in_ = Launched{std::move(policy)};
  }
  void close();

  bool is_open() const noexcept { return is_open_; }
  const PeerCredentials& peer() const noexcept { return peer_; }
  void keep_peer_process(UniqueFd process) { peer_process_ = std::move(process); }
  const UniqueFd& peer_process() const noexcept { return peer_process_; }
  ConnectionCounters counters() const;
  void set_closed_handler(bindings::DisconnectHandler handler);

 private:
  Result<void> check(const InterfaceNeeds& needs) const;
  void refuse(MessagePipe pipe, const Error& why);
  void hand_over(const Provider& provider, MessagePipe pipe);
  void on_attachment(std::string name, std::unique_ptr<wire::PipeEnd> end) override;
  void on_link_closed(const Error& reason) override;

  const std::shared_ptr<RuntimeCore> core_;
  const PeerCredentials peer_;
  UniqueFd peer_process_;
  node::LinkId link_;
  struct Launched {
    std::optional<sandbox::Policy> sandbox;
  };
  std::optional<Launched> launched_in_;
  bool is_open_ = true;
  std::optional<Error> reason_;  // why it ended, for a handler that is set later
  std::map<std::string, Provider, std::less<>> providers_;
  // Requests that came before somebody said that he provides.
  std::deque<std::pair<std::string, MessagePipe>> waiting_;
  bindings::DisconnectHandler closed_handler_;
};

}  // namespace ferrule::service
