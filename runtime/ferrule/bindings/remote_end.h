// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "ferrule/bindings/bound_end.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/interface_traits.h"
#include "ferrule/bindings/writable_waiter.h"

namespace ferrule::bindings {

/// What all remotes have in common: an endpoint, and a proxy that calls through it. Executor-bound.
template <class Interface>
class RemoteEnd : public BoundEnd {
 public:
  using Proxy = typename Interface::Proxy;

  const Proxy* operator->() const { return &proxy_; }
  Proxy* operator->() { return &proxy_; }

  /// Asks for the version of the interface at the other side: `void(error_code, uint32_t version)`.
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

  /// Closes the end. Those who wait for answers are told `Errc::kCancelled`.
  void reset() noexcept {
    close_endpoint();
    proxy_ = Proxy();
  }

 protected:
  RemoteEnd() = default;
  RemoteEnd(RemoteEnd&& other) noexcept
      : BoundEnd(std::move(other)), proxy_(std::exchange(other.proxy_, Proxy())) {}
  RemoteEnd& operator=(RemoteEnd&& other) noexcept {
    reset();
    endpoint_ = std::move(other.endpoint_);
    proxy_ = std::exchange(other.proxy_, Proxy());
    return *this;
  }
  ~RemoteEnd() { reset(); }

  void start(std::shared_ptr<Endpoint> endpoint) {
    static_assert(IdlInterface<Interface>);
    reset();
    endpoint_ = std::move(endpoint);
    proxy_ = Proxy(endpoint_);
    endpoint_->start();
  }
  std::shared_ptr<Endpoint> give_up() {
    proxy_ = Proxy();
    return std::move(endpoint_);
  }

 private:
  Proxy proxy_;
};

}  // namespace ferrule::bindings
