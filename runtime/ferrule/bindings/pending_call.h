// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/bindings/clock.h"
#include "ferrule/bindings/distant_call.h"
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
    note(endpoint_->send_request(std::move(request), deadline));
  }
  /// One that leaves later.
  explicit PendingCall(std::unique_ptr<DistantCall> distant) noexcept
      : distant_(std::move(distant)) {}
  PendingCall(PendingCall&& other) noexcept
      : endpoint_(std::move(other.endpoint_)),
        distant_(std::move(other.distant_)),
        request_id_(std::exchange(other.request_id_, 0)),
        error_(other.error_) {}
  PendingCall& operator=(PendingCall&&) = delete;
  ~PendingCall() {
    if (endpoint_ && request_id_ != 0) endpoint_->forget_request(request_id_);
  }

  const boost::asio::any_io_executor& executor() const noexcept {
    return distant_ ? distant_->executor() : endpoint_->executor();
  }

  void complete_with(ReplyHandler::Pointer handler) {
    if (distant_) return distant_->complete_with(std::move(handler));
    const uint64_t request_id = std::exchange(request_id_, 0);
    if (request_id == 0) return ReplyHandler::on_error(std::move(handler), error_);
    endpoint_->await_reply(request_id, std::move(handler));
  }
  /// Waits for the answer here.
  void wait_for(ReplyHandler& handler, bool is_interruptible) {
    const uint64_t request_id = std::exchange(request_id_, 0);
    const auto endpoint = endpoint_;
    if (request_id == 0) {
      return ReplyHandler::on_error(ReplyHandler::Pointer(&handler), error_);
    }
    endpoint->wait_for_reply(request_id, handler, is_interruptible);
  }

  /// Whoever calls the slot gives up waiting, from the loop of the endpoint's executor, since the
  /// slot must not be emptied while it calls.
  template <class Slot>
  void assign_to(Slot& slot) {
    if (distant_) return distant_->assign_to(slot);
    slot.assign([endpoint = std::weak_ptr<Endpoint>(endpoint_), executor = endpoint_->executor(),
                 request_id = request_id_](boost::asio::cancellation_type type) {
      if (type == boost::asio::cancellation_type::none) return;
      boost::asio::post(executor, [endpoint, request_id] {
        if (const auto alive = endpoint.lock()) alive->cancel(request_id);
      });
    });
  }

 private:
  void note(Result<uint64_t> sent) {
    if (sent) {
      request_id_ = *sent;
    } else {
      error_ = sent.error().code();
    }
  }

  std::shared_ptr<Endpoint> endpoint_;
  std::unique_ptr<DistantCall> distant_;  // null but for calls from any thread
  uint64_t request_id_ = 0;               // 0: nothing was sent, or the handler is known
  error_code error_;
};

}  // namespace ferrule::bindings
