// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/base/check.h"
#include "ferrule/base/error.h"
#include "ferrule/stream/data_pipe_end.h"

namespace ferrule::stream {

/// What a wait does: nothing.
struct NoWork {
  size_t operator()(DataPipeEnd& /*end*/) const noexcept { return 0; }
};

/// Waits until `min` bytes can be touched, then does `work` with them: `size_t work(DataPipeEnd&)`.
/// One at a time at an end. Never completes inside the call that begins it.
///
/// Like an operation of a socket, it waits and touches the bytes on the end's executor, and only
/// its completion goes to the handler's. (`async_compose` would do each step on the handler's, and
/// free what it holds there, when whoever waits for the outcome may already have gone on.)
template <class Work, class Handler>
class DataPipeOperation {
 public:
  static constexpr bool kIsWait = std::is_same_v<Work, NoWork>;

  // What Asio asks of the handler of a wait.
  using executor_type = boost::asio::any_io_executor;
  using allocator_type = boost::asio::associated_allocator_t<Handler>;
  using cancellation_slot_type = boost::asio::associated_cancellation_slot_t<Handler>;

  DataPipeOperation(std::shared_ptr<DataPipeEnd> end, size_t min, Work work, Handler handler)
      : end_(std::move(end)),
        min_(min),
        work_(std::move(work)),
        handler_(std::move(handler)),
        executor_(end_->descriptor().get_executor()),
        handler_guard_(boost::asio::make_work_guard(handler_, executor_)) {}

  executor_type get_executor() const noexcept { return executor_; }
  allocator_type get_allocator() const noexcept {
    return boost::asio::get_associated_allocator(handler_);
  }
  cancellation_slot_type get_cancellation_slot() const noexcept {
    return boost::asio::get_associated_cancellation_slot(handler_);
  }

  void begin() {
    FERRULE_CHECK(!end_->is_waited_for && !end_->is_in_phase());
    if (!is_over()) return wait();
    const boost::asio::any_io_executor executor = executor_;
    boost::asio::post(executor, std::move(*this));
  }

  /// On the end's executor: it was over when it began.
  void operator()() { complete(); }

  /// On the end's executor: the other side rang, or it was cancelled.
  void operator()(error_code wait_error) {
    end_->on_woken();
    end_->is_waited_for = false;
    if (wait_error) {
      error_ = wait_error;
    } else if (!is_over()) {
      return wait();
    }
    complete();
  }

 private:
  /// True when there is an outcome; false when it may sleep.
  bool is_over() {
    do {
      error_ = end_->look(min_);
      if (error_ != Errc::kWouldBlock) {
        if (!error_) num_bytes_ = work_(*end_);
        return true;
      }
    } while (!end_->prepare_sleep(min_));
    return false;
  }

  void wait() {
    end_->is_waited_for = true;
    DataPipeEnd::Descriptor& descriptor = end_->descriptor();
    descriptor.async_wait(DataPipeEnd::Descriptor::wait_read, std::move(*this));
  }

  void complete() {
    end_.reset();
    const auto guard = std::move(handler_guard_);
    if constexpr (kIsWait) {
      boost::asio::dispatch(boost::asio::append(std::move(handler_), error_));
    } else {
      boost::asio::dispatch(boost::asio::append(std::move(handler_), error_, num_bytes_));
    }
  }

  using HandlerExecutor = boost::asio::associated_executor_t<Handler, executor_type>;

  std::shared_ptr<DataPipeEnd> end_;
  size_t min_;
  Work work_;
  Handler handler_;
  boost::asio::any_io_executor executor_;
  boost::asio::executor_work_guard<HandlerExecutor> handler_guard_;
  error_code error_;
  size_t num_bytes_ = 0;
};

/// Begins one; completes with `void(error_code, size_t)`, or `void(error_code)` where it is a wait.
template <class Work, class Token>
auto start_operation(const std::shared_ptr<DataPipeEnd>& end, size_t min, Work work,
                     Token&& token) {
  using Signature =
      std::conditional_t<std::is_same_v<Work, NoWork>, void(error_code), void(error_code, size_t)>;
  return boost::asio::async_initiate<Token, Signature>(
      [end, min, work = std::move(work)](auto handler) mutable {
        DataPipeOperation(std::move(end), min, std::move(work), std::move(handler)).begin();
      },
      token);
}

template <class Token>
auto start_wait(const std::shared_ptr<DataPipeEnd>& end, size_t min, Token&& token) {
  FERRULE_CHECK(min > 0 && (min <= end->max_min() || !end->is_open()));
  return start_operation(end, min, NoWork(), std::forward<Token>(token));
}

}  // namespace ferrule::stream
