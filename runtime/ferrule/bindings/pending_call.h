// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/bindings/clock.h"
#include "ferrule/bindings/endpoint.h"

namespace ferrule::bindings {

/// A request that was sent, until somebody says who is to get the answer. A request leaves when the
/// method is called, so that calls keep their order and arguments need not outlive the call; but a
/// token such as `use_awaitable` names the handler only at `co_await`. Move-only; destroyed without
/// a handler, it lets the answer be dropped.
class PendingCall {
 public:
  PendingCall(std::shared_ptr<Endpoint> endpoint, Result<wire::Message> request,
              Clock::TimePoint deadline)
      : endpoint_(std::move(endpoint)) {
    auto sent = endpoint_->send_request(std::move(request), deadline);
    if (sent) {
      request_id_ = *sent;
    } else {
      error_ = sent.error().code();
    }
  }
  PendingCall(PendingCall&& other) noexcept
      : endpoint_(std::move(other.endpoint_)),
        request_id_(std::exchange(other.request_id_, 0)),
        error_(other.error_) {}
  PendingCall& operator=(PendingCall&&) = delete;
  ~PendingCall() {
    if (endpoint_ && request_id_ != 0) endpoint_->forget_request(request_id_);
  }

  const boost::asio::any_io_executor& executor() const noexcept { return endpoint_->executor(); }

  void complete_with(ReplyHandler::Pointer handler) {
    const uint64_t request_id = std::exchange(request_id_, 0);
    if (request_id == 0) return ReplyHandler::on_error(std::move(handler), error_);
    endpoint_->await_reply(request_id, std::move(handler));
  }

  /// What a cancellation slot calls: gives up waiting, from the loop of the endpoint's executor,
  /// since the slot must not be emptied while it calls.
  auto canceller() const {
    return [endpoint = std::weak_ptr<Endpoint>(endpoint_), executor = endpoint_->executor(),
            request_id = request_id_](boost::asio::cancellation_type type) {
      if (type == boost::asio::cancellation_type::none) return;
      boost::asio::post(executor, [endpoint, request_id] {
        if (const auto alive = endpoint.lock()) alive->cancel(request_id);
      });
    };
  }

 private:
  std::shared_ptr<Endpoint> endpoint_;
  uint64_t request_id_ = 0;  // 0: nothing was sent, or the handler is known
  error_code error_;
};

}  // namespace ferrule::bindings
