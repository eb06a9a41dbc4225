// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include <boost/asio/cancellation_signal.hpp>

#include "ferrule/base/check.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/outgoing_message.h"

namespace ferrule {

/// The one answer to a call, for the service to give now or later: `reply(2 + 3)`. Move-only.
/// Whoever destroys it without having called it tells the caller so: its call fails with
/// `Errc::kReplyDropped`. Answers to a caller that is gone disappear.
///
/// Executor-bound, to the executor of the receiver it came from.
template <class... R>
class [[nodiscard]] Reply {
 public:
  using Encode = Result<wire::Message> (*)(const bindings::OutgoingMessage&, R&...);

  Reply() = default;
  Reply(std::shared_ptr<bindings::Endpoint> endpoint, const wire::MessageHeader& request,
        Encode encode) noexcept
      : endpoint_(std::move(endpoint)),
        request_id_(request.request_id),
        name_(request.name),
        flags_(wire::kIsResponse | (request.flags & wire::kIsSync)),
        encode_(encode) {
    endpoint_->open_call(request_id_, name_);
  }

  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&& other) noexcept {
    drop();
    endpoint_ = std::move(other.endpoint_);
    request_id_ = other.request_id_;
    name_ = other.name_;
    flags_ = other.flags_;
    encode_ = other.encode_;
    return *this;
  }
  ~Reply() { drop(); }

  /// Whether an answer is still owed.
  explicit operator bool() const noexcept { return endpoint_ != nullptr; }

  /// Sends the answer, once. A value that cannot be sent (a handle that is not valid, a message too
  /// large) fails the call like a dropped reply.
  void operator()(R... results) {
    FERRULE_CHECK(endpoint_ != nullptr);
    const auto endpoint = std::move(endpoint_);
    if (!endpoint->close_call(request_id_)) {
      // What nobody reads need not travel.
      return endpoint->send_dropped_reply(request_id_, name_);
    }
    wire::MessageHeader header;
    header.name = name_;
    header.flags = flags_;
    header.request_id = request_id_;
    const bindings::OutgoingMessage message(*endpoint, header);
    if (!endpoint->send(encode_(message, results...))) {
      endpoint->send_dropped_reply(request_id_, name_);
    }
  }

  /// Instead of an answer: the call broke a rule of the application. Closes the pipe and the link
  /// that brought its last message; `what` goes to the log.
  void report_bad_message(std::string_view what) {
    FERRULE_CHECK(endpoint_ != nullptr);
    const auto endpoint = std::move(endpoint_);
    endpoint->close_call(request_id_);
    endpoint->report_bad_message(what);
  }

  /// Whether nobody waits for the answer any more: the caller gave up, his deadline passed, or he
  /// is gone. An answer that is given nevertheless disappears.
  bool cancelled() const {
    FERRULE_CHECK(endpoint_ != nullptr);
    return !endpoint_->is_call_wanted(request_id_);
  }
  /// Emits, once, on the receiver's executor, when that happens; for operations that take a
  /// cancellation slot. Keep the pointer for as long as one of them uses the slot. It has one slot,
  /// for one operation at a time.
  std::shared_ptr<boost::asio::cancellation_signal> cancellation_signal() {
    FERRULE_CHECK(endpoint_ != nullptr);
    return endpoint_->signal_of_call(request_id_);
  }
  /// The same as a function to call. In the place of the operation that used the slot.
  template <std::invocable<> Handler>
  void on_cancel(Handler handler) {
    cancellation_signal()->slot().assign(
        [handler = std::move(handler)](boost::asio::cancellation_type) mutable { handler(); });
  }

 private:
  void drop() noexcept {
    if (const auto endpoint = std::move(endpoint_)) {
      endpoint->close_call(request_id_);
      endpoint->send_dropped_reply(request_id_, name_);
    }
  }

  std::shared_ptr<bindings::Endpoint> endpoint_;  // null when nothing is owed
  uint64_t request_id_ = 0;
  uint32_t name_ = 0;
  uint32_t flags_ = 0;
  Encode encode_ = nullptr;
};

}  // namespace ferrule
