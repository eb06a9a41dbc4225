// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/child_state.h"

#include <utility>

#include <boost/asio/post.hpp>

namespace ferrule::service {

ChildState::ChildState(boost::asio::any_io_executor executor, platform::Process process)
    : executor_(std::move(executor)), process_(std::move(process)), waiter_(executor_) {}

ChildState::~ChildState() {
  if (waiter_.is_open()) static_cast<void>(waiter_.release());
}

void ChildState::wait(Handler handler) {
  handlers_.push_back(std::move(handler));
  if (handlers_.size() > 1) return;
  if (!process_) {
    return complete_all(make_error_code(Errc::kCancelled), {});
  }
  if (!waiter_.is_open()) {
    error_code error;
    waiter_.assign(process_->descriptor().get(), error);
    if (error) return complete_all(error, {});
  }
  waiter_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [weak = weak_from_this()](error_code error) {
                       const auto self = weak.lock();
                       if (self && !error) self->on_ended();
                     });
}

void ChildState::on_ended() {
  auto status = process_->try_wait();
  if (!status) return complete_all(status.error().code(), {});
  if (!*status) {  // woken for nothing
    auto handlers = std::exchange(handlers_, {});
    for (Handler& handler : handlers) wait(std::move(handler));
    return;
  }
  complete_all({}, {(*status)->code, (*status)->signal});
}

void ChildState::end() {
  if (waiter_.is_open()) static_cast<void>(waiter_.release());
  process_.reset();
  complete_all(make_error_code(Errc::kCancelled), {});
}

void ChildState::complete_all(error_code error, ExitStatus status) {
  for (Handler& handler : std::exchange(handlers_, {})) {
    boost::asio::post(executor_,
                      [handler = std::move(handler), error, status] { handler(error, status); });
  }
}

}  // namespace ferrule::service
