// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <future>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/base/check.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/bindings/clock.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/outgoing_message.h"
#include "ferrule/bindings/pending_call.h"
#include "ferrule/bindings/sync_reply.h"
#include "ferrule/bindings/use_sync.h"

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
  /// Used on any thread: its calls leave from the endpoint's executor.
  struct Shared {};
  ProxyBase(Shared /*unused*/, std::shared_ptr<Endpoint> endpoint,
            Clock::TimePoint deadline = Clock::kNever) noexcept
      : endpoint_(std::move(endpoint)), deadline_(deadline), is_shared_(true) {}

 protected:
  OutgoingMessage request(uint32_t name, uint32_t flags = 0) const {
    Endpoint& to = endpoint();
    wire::MessageHeader header;
    header.name = name;
    header.flags = flags | wire::kExpectsResponse;
    if (is_shared_) return OutgoingMessage::anywhere(to, header);
    header.request_id = to.next_request_id();
    return {to, header};
  }
  OutgoingMessage one_way(uint32_t name) const {
    wire::MessageHeader header;
    header.name = name;
    if (is_shared_) return OutgoingMessage::anywhere(endpoint(), header);
    return {endpoint(), header};
  }

  /// Sends a one-way call. Values that cannot be sent (a handle that is not valid, a message too
  /// large) are a bug of the caller, who has no other way to hear of it: the pipe closes with the
  /// reason.
  void send(Result<wire::Message> message) const {
    if (!is_shared_) return send_from(endpoint(), std::move(message));
    if (message) message->buffer().complete();  // arguments live for the call only
    const auto executor = endpoint().executor();
    boost::asio::post(executor, [to = endpoint_, message = std::move(message)]() mutable {
      send_from(*to, std::move(message));
    });
  }

  /// Sends a request; `token` gets `void(error_code, R...)`. `method` is a literal.
  template <class... R, class Token>
  auto call(Result<wire::Message> request, const char* method,
            bool (*decode)(wire::Decoder&, std::tuple<R...>&), Token&& token) const {
    static_assert(!std::same_as<std::decay_t<Token>, UseSync>,
                  "this method is not [Sync] in the IDL, so use_sync is no token for it");
    return boost::asio::async_initiate<Token, void(error_code, R...)>(
        [method, decode](auto handler, PendingCall sent) {
          wait_for(std::move(sent), method, decode, std::move(handler));
        },
        token, begin_call(std::move(request)));
  }

  enum class Interruption : uint8_t {
    kAllowed,    ///< synchronous requests to the executor are served while the call waits
    kForbidden,  ///< they wait, too: [NoInterrupt]
  };
  /// For a [Sync] method, whose token may be `use_sync`.
  template <class... R, class Token>
  auto call_sync(Result<wire::Message> request, const char* method,
                 bool (*decode)(wire::Decoder&, std::tuple<R...>&), Token&& token,
                 Interruption interruption = Interruption::kAllowed) const {
    if constexpr (std::same_as<std::decay_t<Token>, UseSync>) {
      const bool is_interruptible = interruption == Interruption::kAllowed;
      if (request) {
        mark(*request, is_interruptible ? wire::kIsSync : wire::kIsSync | wire::kNoInterrupt);
      }
      if (is_shared_) return wait_elsewhere(std::move(request), method, decode);
      if (request) endpoint().number_sync_request(*request);
      SyncReply<R...> reply(method, decode);
      begin_call(std::move(request)).wait_for(reply, is_interruptible);
      return reply.take_result();
    } else {
      return call(std::move(request), method, decode, std::forward<Token>(token));
    }
  }

  PendingCall begin_call(Result<wire::Message> request) const {
    FERRULE_CHECK(endpoint_ != nullptr);
    if (is_shared_) {
      return PendingCall(std::make_unique<DistantCall>(endpoint_, std::move(request), deadline_));
    }
    return PendingCall(endpoint_, std::move(request), deadline_);
  }
  template <class... R, class Handler>
  static void wait_for(PendingCall sent, const char* method,
                       bool (*decode)(wire::Decoder&, std::tuple<R...>&), Handler handler) {
    const auto executor = sent.executor();
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) sent.assign_to(slot);
    auto waiting = TypedReplyHandler<Handler, R...>::create(std::move(handler), decode, executor);
    waiting->method = method;
    sent.complete_with(std::move(waiting));
  }

  Endpoint& endpoint() const {
    FERRULE_CHECK(endpoint_ != nullptr);
    return *endpoint_;
  }

 private:
  static void send_from(Endpoint& endpoint, Result<wire::Message> message) {
    if (auto sent = endpoint.send(std::move(message)); !sent) endpoint.reject(sent.error());
  }
  /// On a thread that is not that of the endpoint.
  template <class... R>
  typename SyncResult<R...>::Type wait_elsewhere(Result<wire::Message> request, const char* method,
                                                 bool (*decode)(wire::Decoder&,
                                                                std::tuple<R...>&)) const {
    SyncReply<R...> reply(method, decode);
    std::promise<std::tuple<error_code, R...>> promise;
    auto answer = promise.get_future();
    call(std::move(request), method, decode,
         [promise = std::move(promise)](error_code error, R... results) mutable {
           promise.set_value({error, std::move(results)...});
         });
    auto results = answer.get();
    std::apply([&reply](error_code error,
                        R&... values) { reply.set(error, std::tuple<R...>(std::move(values)...)); },
               results);
    return reply.take_result();
  }

  /// Adds flags to a message that is written.
  static void mark(wire::Message& message, uint32_t flags) {
    uint8_t* const place = message.buffer().data() + wire::kMessageFlagsOffset;
    uint32_t all = 0;
    std::memcpy(&all, place, sizeof(all));
    all |= flags;
    std::memcpy(place, &all, sizeof(all));
  }

  std::shared_ptr<Endpoint> endpoint_;  // shared with the Remote
  Clock::TimePoint deadline_ = Clock::kNever;
  bool is_shared_ = false;  // used on any thread
};

}  // namespace ferrule::bindings
