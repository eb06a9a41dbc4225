// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/base/error.h"

namespace ferrule::bindings {

/// Somebody who waits until a pipe can be written to. Completed once, always through his executor.
class WritableWaiter {
 public:
  virtual ~WritableWaiter() = default;
  virtual void complete(error_code error) = 0;
};

template <class Handler, class Executor>
class TypedWritableWaiter final : public WritableWaiter {
 public:
  TypedWritableWaiter(Handler handler, const Executor& executor)
      : handler_(std::move(handler)), work_(executor) {}

  void complete(error_code error) override {
    const auto executor = work_.get_executor();
    boost::asio::post(executor, [handler = std::move(handler_), work = std::move(work_),
                                 error]() mutable { std::move(handler)(error); });
  }

 private:
  Handler handler_;
  boost::asio::executor_work_guard<Executor> work_;
};

/// `fallback` is where the handler runs if it has no executor of its own.
template <class Handler, class Fallback>
std::unique_ptr<WritableWaiter> make_writable_waiter(Handler handler, const Fallback& fallback) {
  const auto executor = boost::asio::get_associated_executor(handler, fallback);
  using Executor = std::remove_const_t<decltype(executor)>;
  return std::make_unique<TypedWritableWaiter<Handler, Executor>>(std::move(handler), executor);
}

}  // namespace ferrule::bindings
