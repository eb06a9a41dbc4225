// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/receiver.h"

namespace ferrule {

/// Means to close a receiver that owns itself; does nothing where it is gone already. A value;
/// executor-bound.
template <class Interface>
class SelfOwnedReceiver {
 public:
  SelfOwnedReceiver() = default;

  explicit operator bool() const noexcept { return !owned_.expired(); }
  /// Closes the pipe and destroys the implementation, at once: inside one of its own calls this is
  /// the last thing it may do.
  void close() {
    if (const auto owned = owned_.lock()) owned->self.reset();
  }

 private:
  struct Owned {
    Owned(std::unique_ptr<Interface> own, PendingReceiver<Interface> pending,
          boost::asio::any_io_executor executor)
        : implementation(std::move(own)),
          receiver(*implementation, std::move(pending), std::move(executor)) {}

    std::unique_ptr<Interface> implementation;
    Receiver<Interface> receiver;
    std::shared_ptr<Owned> self;  // nobody else owns it
  };
  explicit SelfOwnedReceiver(std::weak_ptr<Owned> owned) noexcept : owned_(std::move(owned)) {}

  template <class Any>
  friend SelfOwnedReceiver<Any> make_self_owned_receiver(std::unique_ptr<Any> implementation,
                                                         PendingReceiver<Any> pending,
                                                         boost::asio::any_io_executor executor);

  std::weak_ptr<Owned> owned_;
};

/// Binds `implementation` to `pending`. Both live until the other side is gone, or `close`. Where
/// the executor stops before that, they are never destroyed.
template <class Interface>
SelfOwnedReceiver<Interface> make_self_owned_receiver(std::unique_ptr<Interface> implementation,
                                                      PendingReceiver<Interface> pending,
                                                      boost::asio::any_io_executor executor) {
  using Owned = typename SelfOwnedReceiver<Interface>::Owned;
  const auto owned =
      std::make_shared<Owned>(std::move(implementation), std::move(pending), std::move(executor));
  owned->self = owned;
  owned->receiver.set_disconnect_handler([raw = owned.get()] { raw->self.reset(); });
  return SelfOwnedReceiver<Interface>(owned);
}

}  // namespace ferrule
