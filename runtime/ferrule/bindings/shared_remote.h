// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/bindings/clock.h"
#include "ferrule/bindings/disconnect_handler.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/interface_traits.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/remote_end.h"

namespace ferrule {

/// A remote for all threads: copies of it call the same end of the same pipe.
///
///   SharedRemote<Calculator> calculator(std::move(pending), executor);
///   std::thread worker([calculator] { calculator->Add(2, 3, handler); });
///
/// Arguments are written on the thread that calls; the call leaves from the loop of `executor`,
/// which runs one handler at a time. Calls of one thread keep their order. With a token such as
/// `use_awaitable` a call leaves when it is awaited. Handlers without an executor of their own run
/// on that of the remote. `[Sync]` methods take `use_sync` on every thread but the one that runs
/// `executor`. Calls cannot carry associated ends.
///
/// The pipe closes with the last copy. A value; thread-safe, other than assigning to one object
/// while it is used. An empty one cannot be called.
template <class Interface>
class SharedRemote {
 public:
  using Proxy = typename Interface::Proxy;

  SharedRemote() = default;
  SharedRemote(PendingRemote<Interface> pending, boost::asio::any_io_executor executor)
      : owner_(std::make_shared<Owner>(bindings::Endpoint::create(
            pending.take_end(), std::move(executor), Interface::kInterfaceName))) {
    static_assert(bindings::IdlInterface<Interface>);
    boost::asio::post(owner_->endpoint->executor(),
                      [endpoint = owner_->endpoint] { endpoint->start(); });
    proxy_ = make_proxy(Clock::kNever);
  }

  bool is_bound() const noexcept { return owner_ != nullptr; }
  explicit operator bool() const noexcept { return is_bound(); }

  const Proxy* operator->() const noexcept { return &proxy_; }
  /// As those of `Remote`.
  bindings::BoundedProxy<Proxy> with_deadline(Clock::TimePoint deadline) const {
    return bindings::BoundedProxy<Proxy>(make_proxy(deadline));
  }
  bindings::BoundedProxy<Proxy> with_timeout(Clock::Duration timeout) const {
    return with_deadline(Clock::of(owner_->endpoint->executor())->after(timeout));
  }

  /// Called once on the remote's executor, unless the last copy is gone before.
  template <bindings::DisconnectCallable Handler>
  void set_disconnect_handler(Handler handler) {
    boost::asio::post(owner_->endpoint->executor(),
                      [endpoint = owner_->endpoint,
                       handler = bindings::to_disconnect_handler(std::move(handler))]() mutable {
                        endpoint->set_disconnect_handler(std::move(handler));
                      });
  }

  /// Lets go of the pipe; other copies keep it.
  void reset() noexcept { *this = SharedRemote(); }

 private:
  /// Closes the pipe where that may be done.
  struct Owner {
    explicit Owner(std::shared_ptr<bindings::Endpoint> owned) : endpoint(std::move(owned)) {}
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    ~Owner() {
      const auto executor = endpoint->executor();
      boost::asio::post(executor, [closing = std::move(endpoint)] { closing->close(); });
    }
    std::shared_ptr<bindings::Endpoint> endpoint;
  };

  Proxy make_proxy(Clock::TimePoint deadline) const {
    return Proxy(bindings::ProxyBase::Shared(), owner_->endpoint, deadline);
  }

  std::shared_ptr<Owner> owner_;  // shared by all copies
  Proxy proxy_;
};

}  // namespace ferrule
