// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/bytes.h"
#include "ferrule/wire/handle.h"
#include "ferrule/wire/pipe_end.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/writable_waiter.h"

namespace ferrule {

/// What goes through a pipe without a type: bytes that mean what both sides agree on, and handles.
/// From another process it is whatever that process likes; nothing in it was checked.
struct RawMessage {
  Bytes bytes;
  std::vector<wire::Handle> handles;
};

namespace bindings {

/// Somebody who waits for a message. Completed once, through his executor.
class MessageWaiter {
 public:
  virtual ~MessageWaiter() = default;
  virtual void complete(error_code error, RawMessage message) = 0;

  uint64_t id = 0;  // of the read; an address could be another's by the time it is cancelled
};

template <class Handler>
class TypedMessageWaiter final : public MessageWaiter {
 public:
  using Executor = boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>;

  TypedMessageWaiter(Handler handler, const boost::asio::any_io_executor& fallback)
      : handler_(std::move(handler)),
        work_(boost::asio::get_associated_executor(handler_, fallback)) {}

  void complete(error_code error, RawMessage message) override {
    // Who cancels from now on is too late.
    if (auto slot = boost::asio::get_associated_cancellation_slot(handler_); slot.is_connected()) {
      slot.clear();
    }
    const auto executor = work_.get_executor();
    boost::asio::post(executor, [handler = std::move(handler_), work = std::move(work_), error,
                                 message = std::move(message)]() mutable {
      std::move(handler)(error, std::move(message));
    });
  }

 private:
  Handler handler_;
  boost::asio::executor_work_guard<Executor> work_;
};

/// The state of a `BoundMessagePipe`, which outlives it for the moment of a call.
class RawEndpoint final : public wire::PipeEnd::Listener,
                          public std::enable_shared_from_this<RawEndpoint> {
 public:
  RawEndpoint(std::unique_ptr<wire::PipeEnd> end, boost::asio::any_io_executor executor);

  void start() { end_->set_listener(weak_from_this()); }
  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

  void read(std::unique_ptr<MessageWaiter> waiter);
  void cancel(uint64_t read_id);
  uint64_t next_read_id() noexcept { return ++last_read_id_; }
  Result<void> write(std::span<const uint8_t> bytes, std::vector<wire::Handle> handles);
  void wait_writable(std::unique_ptr<WritableWaiter> waiter);
  void close();
  std::unique_ptr<wire::PipeEnd> release();

 private:
  void on_pipe_signal(wire::PipeEnd::SignalSource source) noexcept override;
  void drain();
  void fail_all(error_code error);

  std::unique_ptr<wire::PipeEnd> end_;  // null once closed
  const boost::asio::any_io_executor executor_;
  uint64_t last_read_id_ = 0;
  std::deque<std::unique_ptr<MessageWaiter>> readers_;
  std::vector<std::unique_ptr<WritableWaiter>> writers_;
};

}  // namespace bindings

/// One end of a message pipe without a type, to read and write: messages stay whole, in order, and
/// carry handles.
///
///   BoundMessagePipe pipe(std::move(message_pipe), executor);
///   pipe.write(bytes);
///   RawMessage answer = co_await pipe.async_read(use_awaitable);
///
/// A message waits in the pipe until it is read. Move-only; destroying it closes the end and fails
/// what waits with `Errc::kCancelled`. Executor-bound.
class BoundMessagePipe {
 public:
  BoundMessagePipe() = default;
  /// Binds `pipe`, which must be valid, to an executor that runs one handler at a time.
  BoundMessagePipe(MessagePipe pipe, boost::asio::any_io_executor executor)
      : endpoint_(std::make_shared<bindings::RawEndpoint>(pipe.take_end(), std::move(executor))) {
    endpoint_->start();
  }
  BoundMessagePipe(BoundMessagePipe&&) noexcept = default;
  BoundMessagePipe& operator=(BoundMessagePipe&& other) noexcept {
    reset();
    endpoint_ = std::move(other.endpoint_);
    return *this;
  }
  ~BoundMessagePipe() { reset(); }

  bool is_bound() const noexcept { return endpoint_ != nullptr; }
  explicit operator bool() const noexcept { return is_bound(); }

  /// `void(error_code, RawMessage)`: the next message. `Errc::kDisconnected` when all was read and
  /// the other end is gone. Several reads get messages in their order.
  template <boost::asio::completion_token_for<void(error_code, RawMessage)> Token>
  auto async_read(Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, RawMessage)>(
        [](auto handler, const std::shared_ptr<bindings::RawEndpoint>& endpoint) {
          using Waiter = bindings::TypedMessageWaiter<decltype(handler)>;
          auto slot = boost::asio::get_associated_cancellation_slot(handler);
          auto waiter = std::make_unique<Waiter>(std::move(handler), endpoint->executor());
          waiter->id = endpoint->next_read_id();
          if (slot.is_connected()) {
            slot.assign([weak = std::weak_ptr<bindings::RawEndpoint>(endpoint),
                         executor = endpoint->executor(),
                         id = waiter->id](boost::asio::cancellation_type type) {
              if (type == boost::asio::cancellation_type::none) return;
              boost::asio::post(executor, [weak, id] {
                if (const auto alive = weak.lock()) alive->cancel(id);
              });
            });
          }
          endpoint->read(std::move(waiter));
        },
        token, endpoint_);
  }

  /// Sends at once. Errors: `Errc::kWouldBlock` if the reader has to catch up first, and then
  /// nothing was sent and the handles are closed. To an end that is gone, messages disappear.
  Result<void> write(std::span<const uint8_t> bytes, std::vector<wire::Handle> handles = {}) {
    return endpoint_->write(bytes, std::move(handles));
  }
  /// As that of `Remote`: completes when there is room.
  template <boost::asio::completion_token_for<void(error_code)> Token>
  auto async_wait_writable(Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [](auto handler, const std::shared_ptr<bindings::RawEndpoint>& endpoint) {
          endpoint->wait_writable(
              bindings::make_writable_waiter(std::move(handler), endpoint->executor()));
        },
        token, endpoint_);
  }

  void reset() noexcept {
    if (const auto endpoint = std::move(endpoint_)) endpoint->close();
  }
  /// Gives the end up again, with what waits in it. Nobody may wait for a message.
  MessagePipe unbind() { return MessagePipe(std::exchange(endpoint_, nullptr)->release()); }

 private:
  std::shared_ptr<bindings::RawEndpoint> endpoint_;  // null while not bound
};

}  // namespace ferrule
