// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/disconnect_handler.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/remote.h"

namespace ferrule {

/// Many remotes of one interface, such as observers that are all told the same:
///
///   RemoteSet<Observer> observers;
///   observers.add(std::move(pending), executor);
///   observers.for_each([&](const auto& observer) { observer->OnSum(sum); });
///
/// A remote whose other side is gone is removed. Destroying the set closes all. Neither copied nor
/// moved; executor-bound, all remotes to the same executor.
template <class Interface>
class RemoteSet {
 public:
  using Id = uint64_t;

  RemoteSet() = default;
  RemoteSet(const RemoteSet&) = delete;
  RemoteSet& operator=(const RemoteSet&) = delete;
  ~RemoteSet() = default;

  Id add(PendingRemote<Interface> pending, boost::asio::any_io_executor executor) {
    return add(Remote<Interface>(std::move(pending), std::move(executor)));
  }
  /// A bound one; its disconnect handler is replaced.
  Id add(Remote<Interface> remote) {
    const Id id = ++state_->last_id;
    remote.set_disconnect_handler([state = std::weak_ptr<State>(state_), id](const Error& reason) {
      if (const auto alive = state.lock()) on_gone(*alive, id, reason);
    });
    state_->remotes.emplace(id, std::make_shared<Remote<Interface>>(std::move(remote)));
    return id;
  }

  /// Closes one. False if there is none of that id.
  bool remove(Id id) { return state_->remotes.erase(id) != 0; }
  void clear() { state_->remotes.clear(); }
  size_t size() const noexcept { return state_->remotes.size(); }
  bool empty() const noexcept { return state_->remotes.empty(); }
  /// Null if there is none of that id.
  const Remote<Interface>* find(Id id) const {
    const auto it = state_->remotes.find(id);
    return it == state_->remotes.end() ? nullptr : it->second.get();
  }

  /// Calls `visitor(const Remote<Interface>&)` for each, in the order in which they came. The
  /// visitor may add and remove remotes; those that were added are not visited.
  template <class Visitor>
  void for_each(Visitor visitor) const {
    std::vector<std::weak_ptr<Remote<Interface>>> all;
    all.reserve(size());
    for (const auto& [id, remote] : state_->remotes) all.push_back(remote);
    for (const auto& weak : all) {
      if (const auto remote = weak.lock()) visitor(std::as_const(*remote));
    }
  }

  /// Called for each remote whose other side is gone, when it is no longer in the set, with its id
  /// and the reason.
  void set_disconnect_handler(std::function<void(Id id, const Error& reason)> handler) {
    state_->on_disconnect = std::move(handler);
  }

 private:
  struct State {
    std::map<Id, std::shared_ptr<Remote<Interface>>> remotes;  // shared for the moment of a visit
    std::function<void(Id id, const Error& reason)> on_disconnect;
    Id last_id = 0;
  };

  static void on_gone(State& state, Id id, const Error& reason) {
    state.remotes.erase(id);
    const auto handler = state.on_disconnect;  // a copy: it may replace itself
    if (handler) handler(id, reason);
  }

  const std::shared_ptr<State> state_ = std::make_shared<State>();  // handlers hold it weakly
};

}  // namespace ferrule
