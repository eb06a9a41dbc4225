// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>

#include "ferrule/base/check.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/bindings/clock.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/outgoing_message.h"
#include "ferrule/bindings/pending_call.h"

namespace ferrule::bindings {

/// What every generated proxy is made of. A proxy encodes calls to an interface; it belongs to a
/// `Remote`, and using it before that is bound is a bug. Executor-bound.
class ProxyBase {
 public:
  ProxyBase() = default;
  /// Its calls have to be answered by `deadline`; where none is given, in the endpoint's time.
  explicit ProxyBase(std::shared_ptr<Endpoint> endpoint,
                     Clock::TimePoint deadline = Clock::kNever) noexcept
      : endpoint_(std::move(endpoint)), deadline_(deadline) {}

 protected:
  OutgoingMessage request(uint32_t name, uint32_t flags = 0) const {
    Endpoint& to = endpoint();
    wire::MessageHeader header;
    header.name = name;
    header.flags = flags | wire::kExpectsResponse;
    header.request_id = to.next_request_id();
    return {to, header};
  }
  OutgoingMessage one_way(uint32_t name) const {
    wire::MessageHeader header;
    header.name = name;
    return {endpoint(), header};
  }

  /// Sends a one-way call. Values that cannot be sent (a handle that is not valid, a message too
  /// large) are a bug of the caller, who has no other way to hear of it: the pipe closes with the
  /// reason.
  void send(Result<wire::Message> message) const {
    if (auto sent = endpoint().send(std::move(message)); !sent) {
      endpoint().reject(sent.error());
    }
  }

  /// Sends a request; `token` gets `void(error_code, R...)`. `method` is a literal.
  template <class... R, class Token>
  auto call(Result<wire::Message> request, const char* method,
            bool (*decode)(wire::Decoder&, std::tuple<R...>&), Token&& token) const {
    return boost::asio::async_initiate<Token, void(error_code, R...)>(
        [method, decode](auto handler, PendingCall sent) {
          wait_for(std::move(sent), method, decode, std::move(handler));
        },
        token, begin_call(std::move(request)));
  }

  PendingCall begin_call(Result<wire::Message> request) const {
    FERRULE_CHECK(endpoint_ != nullptr);
    return PendingCall(endpoint_, std::move(request), deadline_);
  }
  template <class... R, class Handler>
  static void wait_for(PendingCall sent, const char* method,
                       bool (*decode)(wire::Decoder&, std::tuple<R...>&), Handler handler) {
    const auto executor = sent.executor();
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) slot.assign(sent.canceller());
    auto waiting = TypedReplyHandler<Handler, R...>::create(std::move(handler), decode, executor);
    waiting->method = method;
    sent.complete_with(std::move(waiting));
  }

  Endpoint& endpoint() const {
    FERRULE_CHECK(endpoint_ != nullptr);
    return *endpoint_;
  }

 private:
  std::shared_ptr<Endpoint> endpoint_;  // shared with the Remote
  Clock::TimePoint deadline_ = Clock::kNever;
};

}  // namespace ferrule::bindings
