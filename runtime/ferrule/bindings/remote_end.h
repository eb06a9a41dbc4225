// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/bound_end.h"
#include "ferrule/bindings/clock.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/interface_traits.h"
#include "ferrule/bindings/writable_waiter.h"

namespace ferrule::bindings {

/// A proxy whose calls have a deadline: `remote.with_timeout(1s)->Add(...)`. A value;
/// executor-bound.
template <class Proxy>
class BoundedProxy {
 public:
  explicit BoundedProxy(Proxy proxy) noexcept : proxy_(std::move(proxy)) {}
  const Proxy* operator->() const noexcept { return &proxy_; }

 private:
  Proxy proxy_;
};

/// What all remotes have in common: an endpoint, and a proxy that calls through it. `Pending` is
/// what they are bound to. Executor-bound.
template <class Interface, class Pending>
class RemoteEnd : public BoundEnd {
 public:
  using Proxy = typename Interface::Proxy;

  RemoteEnd() = default;
  RemoteEnd(Pending pending, boost::asio::any_io_executor executor) {
    bind(std::move(pending), std::move(executor));
  }

  /// Binds `pending`, which must be valid, to an executor that runs one handler at a time.
  void bind(Pending pending, boost::asio::any_io_executor executor) {
    static_assert(IdlInterface<Interface>);
    reset();
    endpoint_ =
        Endpoint::create(pending.take_end(), std::move(executor), Interface::kInterfaceName);
    proxy_ = Proxy(endpoint_);
    endpoint_->start();
  }

  const Proxy* operator->() const { return &proxy_; }
  Proxy* operator->() { return &proxy_; }

  /// For calls that are to fail with `Errc::kTimedOut` where the answer is not here by then. The
  /// service is told that nobody waits any more. Time is that of the executor's `Clock`.
  BoundedProxy<Proxy> with_deadline(Clock::TimePoint deadline) const {
    return BoundedProxy<Proxy>(Proxy(endpoint_, deadline));
  }
  BoundedProxy<Proxy> with_timeout(Clock::Duration timeout) const {
    return with_deadline(endpoint_->deadline_after(timeout));
  }
  /// For all calls that have no deadline of their own, until it is set anew or the remote is bound
  /// anew; zero for none. Only while bound.
  void set_default_timeout(Clock::Duration timeout) { endpoint_->set_default_timeout(timeout); }

  /// Asks for the version of the interface at the other side: `void(error_code, uint32_t version)`.
  /// Asked once; what is known is answered without a message.
  template <boost::asio::completion_token_for<void(error_code, uint32_t)> Token>
  auto query_version(Token&& token) const {
    return control().query_version(std::forward<Token>(token));
  }
  /// From here on the other side must have at least this version. An older one closes the pipe, and
  /// what was called after this is not handled.
  void require_version(uint32_t version) const { control().require_version(version); }

  /// Completes when calls can be made without running into the other side's window, at once if that
  /// is so now: `void(error_code)`. One-way calls are refused only beyond it, and then close the
  /// pipe; requests fail with `Errc::kWouldBlock`.
  template <boost::asio::completion_token_for<void(error_code)> Token>
  auto async_wait_writable(Token&& token) const {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [](auto handler, const std::shared_ptr<Endpoint>& endpoint) {
          endpoint->wait_writable(make_writable_waiter(std::move(handler), endpoint->executor()));
        },
        token, this->endpoint_);
  }

  /// Calls `handler`, from the executor's loop, each time when the other side has had nothing to do
  /// for `timeout`: all that was called has been handled and answered, and nothing else came. A
  /// good moment to let go of it. Every call costs a small message back from then on. Until the
  /// remote is bound anew; only while bound.
  void set_idle_handler(Clock::Duration timeout, std::function<void()> handler) {
    endpoint_->set_idle_handler(timeout, std::move(handler));
  }

  /// Closes the end. Those who wait for answers are told `Errc::kCancelled`.
  void reset() noexcept {
    close_endpoint();
    proxy_ = Proxy();
  }

 protected:
  RemoteEnd(RemoteEnd&& other) noexcept
      : BoundEnd(std::move(other)), proxy_(std::exchange(other.proxy_, Proxy())) {}
  RemoteEnd& operator=(RemoteEnd&& other) noexcept {
    reset();
    endpoint_ = std::move(other.endpoint_);
    proxy_ = std::exchange(other.proxy_, Proxy());
    return *this;
  }
  ~RemoteEnd() { reset(); }

  std::shared_ptr<Endpoint> give_up() {
    proxy_ = Proxy();
    return std::move(endpoint_);
  }

 private:
  Proxy proxy_;
};

}  // namespace ferrule::bindings
