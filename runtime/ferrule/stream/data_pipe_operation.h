// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/compose.hpp>
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
template <class Work>
class DataPipeOperation {
 public:
  static constexpr bool kIsWait = std::is_same_v<Work, NoWork>;
  using Signature = std::conditional_t<kIsWait, void(error_code), void(error_code, size_t)>;

  DataPipeOperation(std::shared_ptr<DataPipeEnd> end, size_t min, Work work)
      : end_(std::move(end)), min_(min), work_(std::move(work)) {}

  template <class Self>
  void operator()(Self& self, error_code wait_error = {}) {
    if (stage_ == Stage::kDone) return complete(self);
    const bool is_begun = stage_ == Stage::kWaiting;
    if (is_begun) {
      end_->on_woken();
      end_->is_waited_for = false;
    } else {
      FERRULE_CHECK(!end_->is_waited_for && !end_->is_in_phase());
      // Nothing is lost by cancelling: bytes move in the moment of completion only.
      self.reset_cancellation_state(boost::asio::enable_total_cancellation());
    }
    if (wait_error) {
      error_ = wait_error;
      return complete(self);
    }
    for (;;) {
      error_ = end_->look(min_);
      if (error_ != Errc::kWouldBlock) break;
      if (!end_->prepare_sleep(min_)) continue;
      stage_ = Stage::kWaiting;
      end_->is_waited_for = true;
      DataPipeEnd::Descriptor& descriptor = end_->descriptor();
      return descriptor.async_wait(DataPipeEnd::Descriptor::wait_read, std::move(self));
    }
    if (!error_) num_bytes_ = work_(*end_);
    if (is_begun) return complete(self);
    stage_ = Stage::kDone;
    boost::asio::post(std::move(self));
  }

 private:
  template <class Self>
  void complete(Self& self) {
    end_.reset();
    if constexpr (kIsWait) {
      self.complete(error_);
    } else {
      self.complete(error_, num_bytes_);
    }
  }

  enum class Stage { kNew, kWaiting, kDone };

  std::shared_ptr<DataPipeEnd> end_;
  size_t min_;
  Work work_;
  Stage stage_ = Stage::kNew;
  error_code error_;
  size_t num_bytes_ = 0;
};

/// Begins one; completes with `void(error_code, size_t)`, or `void(error_code)` where it is a wait.
template <class Work, class Token>
auto start_operation(const std::shared_ptr<DataPipeEnd>& end, size_t min, Work work,
                     Token&& token) {
  using Operation = DataPipeOperation<Work>;
  return boost::asio::async_compose<Token, typename Operation::Signature>(
      Operation(end, min, std::move(work)), token, end->descriptor());
}

template <class Token>
auto start_wait(const std::shared_ptr<DataPipeEnd>& end, size_t min, Token&& token) {
  FERRULE_CHECK(min > 0 && (min <= end->max_min() || !end->is_open()));
  return start_operation(end, min, NoWork(), std::forward<Token>(token));
}

}  // namespace ferrule::stream
