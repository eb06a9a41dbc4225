// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/check.h"
#include "ferrule/bindings/disconnect_handler.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/interface_traits.h"
#include "ferrule/bindings/pending.h"

namespace ferrule {

/// Many receivers of one interface, for one implementation or for one each, and with something
/// known about each caller:
///
///   ReceiverSet<Calculator, UserName> receivers;
///   receivers.add(calculator, std::move(pending), executor, UserName("me"));
///   // inside a call: receivers.current_context()
///
/// A receiver whose other side is gone is removed. Destroying the set closes all; it may be
/// destroyed, and any receiver removed, inside each call and handler. Neither copied nor moved;
/// executor-bound, all receivers to the same executor.
template <class Interface, class Context = std::monostate>
class ReceiverSet {
 public:
  using Id = uint64_t;

  ReceiverSet() = default;
  ReceiverSet(const ReceiverSet&) = delete;
  ReceiverSet& operator=(const ReceiverSet&) = delete;
  ~ReceiverSet() { clear(); }

  /// Borrows the implementation.
  Id add(Interface& implementation, PendingReceiver<Interface> pending,
         boost::asio::any_io_executor executor, Context context = {}) {
    return add(implementation, nullptr, std::move(pending), std::move(executor),
               std::move(context));
  }
  /// Owns it: it goes with its receiver.
  Id add(std::unique_ptr<Interface> implementation, PendingReceiver<Interface> pending,
         boost::asio::any_io_executor executor, Context context = {}) {
    Interface& borrowed = *implementation;
    return add(borrowed, std::move(implementation), std::move(pending), std::move(executor),
               std::move(context));
  }

  /// Closes one. False if there is none of that id.
  bool remove(Id id) {
    const auto entry = state_->take(id);
    if (entry == nullptr) return false;
    entry->endpoint->close();
    return true;
  }
  void clear() {
    for (auto& [id, entry] : std::exchange(state_->entries, {})) entry->endpoint->close();
  }
  size_t size() const noexcept { return state_->entries.size(); }
  bool empty() const noexcept { return state_->entries.empty(); }

  /// Whose call, or whose end, is being handled. Only inside a call or the disconnect handler.
  Id current_id() const {
    FERRULE_CHECK(state_->current != nullptr);
    return state_->current->id;
  }
  Context& current_context() const {
    FERRULE_CHECK(state_->current != nullptr);
    return state_->current->context;
  }
  /// Whoever is calling broke a rule of the application: closes the pipe and the link it came over.
  void report_bad_message(std::string_view what) {
    FERRULE_CHECK(state_->current != nullptr);
    const auto endpoint = state_->current->endpoint;
    endpoint->report_bad_message(what);
  }

  /// Called for each receiver whose other side is gone, when it is no longer in the set. Takes
  /// `const Error& reason` or nothing.
  template <bindings::DisconnectCallable Handler>
  void set_disconnect_handler(Handler handler) {
    state_->on_disconnect = bindings::to_disconnect_handler(std::move(handler));
  }

 private:
  struct State;
  struct Entry {
    std::weak_ptr<State> state;
    Id id;
    Interface* implementation;
    std::unique_ptr<Interface> owned;
    Context context;
    std::shared_ptr<bindings::Endpoint> endpoint;
  };

  /// Shared with the calls and handlers that run, which outlive a set destroyed inside.
  struct State {
    std::shared_ptr<Entry> take(Id id) {
      const auto it = entries.find(id);
      if (it == entries.end()) return nullptr;
      auto entry = std::move(it->second);
      entries.erase(it);
      return entry;
    }

    std::unordered_map<Id, std::shared_ptr<Entry>> entries;
    Entry* current = nullptr;
    bindings::DisconnectHandler on_disconnect;
    Id last_id = 0;
  };

  /// Says whose turn it is, as long as it lives.
  class Turn {
   public:
    Turn(std::shared_ptr<State> state, Entry& entry)
        : state_(std::move(state)), before_(std::exchange(state_->current, &entry)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { state_->current = before_; }

   private:
    const std::shared_ptr<State> state_;
    Entry* const before_;
  };

  Id add(Interface& implementation, std::unique_ptr<Interface> owned,
         PendingReceiver<Interface> pending, boost::asio::any_io_executor executor,
         Context context) {
    const Id id = ++state_->last_id;
    auto entry = std::make_shared<Entry>(
        Entry{state_, id, &implementation, std::move(owned), std::move(context),
              bindings::Endpoint::create(pending.take_end(), std::move(executor),
                                         Interface::kInterfaceName)});
    entry->endpoint->set_disconnect_handler(
        [state = std::weak_ptr<State>(state_), id](const Error& reason) {
          if (const auto alive = state.lock()) on_gone(alive, id, reason);
        });
    entry->endpoint->start(entry.get(), &dispatch, Interface::kInterfaceVersion);
    state_->entries.emplace(id, std::move(entry));
    return id;
  }

  static bool dispatch(void* implementation, bindings::IncomingCall& call) {
    auto& borrowed = *static_cast<Entry*>(implementation);
    auto state = borrowed.state.lock();
    if (state == nullptr) return true;
    // Kept for the call, inside which the receiver may be removed.
    const auto entry = state->entries.at(borrowed.id);
    const Turn turn(std::move(state), *entry);
    return bindings::InterfaceTraits<Interface>::dispatch(*entry->implementation, call);
  }

  static void on_gone(const std::shared_ptr<State>& state, Id id, const Error& reason) {
    const auto entry = state->take(id);
    if (entry == nullptr) return;
    const Turn turn(state, *entry);
    const auto handler = state->on_disconnect;  // a copy: it may replace itself
    if (handler) handler(reason);
  }

  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

/// The name for a set that owns its implementations. Any set can.
template <class Interface, class Context = std::monostate>
using UniqueReceiverSet = ReceiverSet<Interface, Context>;

}  // namespace ferrule
