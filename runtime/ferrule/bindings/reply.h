// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

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
        encode_(encode) {}

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
    endpoint->report_bad_message(what);
  }

 private:
  void drop() noexcept {
    if (const auto endpoint = std::move(endpoint_)) {
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
