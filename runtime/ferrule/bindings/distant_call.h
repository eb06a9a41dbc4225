// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/bindings/endpoint.h"

namespace ferrule::bindings {

/// A request that was written on any thread and leaves from the loop of its endpoint's executor,
/// when it is known who gets the answer.
class DistantCall {
 public:
  DistantCall(std::shared_ptr<Endpoint> endpoint, Result<wire::Message> request,
              Clock::TimePoint deadline)
      : endpoint_(std::move(endpoint)), request_(std::move(request)), deadline_(deadline) {
    if (request_) request_->buffer().complete();  // arguments live for the call only
  }

  const boost::asio::any_io_executor& executor() const noexcept { return endpoint_->executor(); }

  void complete_with(ReplyHandler::Pointer handler) {
    const auto executor = endpoint_->executor();
    boost::asio::post(executor,
                      [endpoint = std::move(endpoint_), request = std::move(request_),
                       deadline = deadline_, id = id_, handler = std::move(handler)]() mutable {
                        auto sent = endpoint->send_numbered(std::move(request), deadline);
                        if (!sent)
                          return ReplyHandler::on_error(std::move(handler), sent.error().code());
                        if (id) *id = *sent;
                        endpoint->await_reply(*sent, std::move(handler));
                      });
  }

  /// As that of a `PendingCall`.
  template <class Slot>
  void assign_to(Slot& slot) {
    id_ = std::make_shared<uint64_t>(0);
    slot.assign([endpoint = std::weak_ptr<Endpoint>(endpoint_), executor = endpoint_->executor(),
                 id = id_](boost::asio::cancellation_type type) {
      if (type == boost::asio::cancellation_type::none) return;
      boost::asio::post(executor, [endpoint, id] {
        if (const auto alive = endpoint.lock(); alive && *id != 0) alive->cancel(*id);
      });
    });
  }

 private:
  std::shared_ptr<Endpoint> endpoint_;
  Result<wire::Message> request_;
  Clock::TimePoint deadline_;
  std::shared_ptr<uint64_t> id_;  // shared with a canceller; used on the executor only
};

}  // namespace ferrule::bindings
