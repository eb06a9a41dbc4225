// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/child_state.h"

#include <csignal>
#include <utility>

#include <boost/asio/post.hpp>

namespace ferrule::service {

ChildState::ChildState(boost::asio::any_io_executor executor, platform::Process process)
    : executor_(std::move(executor)),
      process_(std::move(process)),
      waiter_(executor_),
      arrival_(std::make_shared<Arrival>(executor_)),
      output_(std::make_shared<OutputCapture>(executor_)),
      stop_timer_(executor_) {}

void ChildState::follow(InvitedProcess& invited, const LaunchOptions& options) {
  start_report_ = invited.start_report;
  status_ = std::move(invited.status);
  control_group_ = std::move(invited.control_group);
  if (invited.output) output_->start(std::move(invited.output), options.on_output);
  if (!invited.arrival) return;
  arrival_->start(std::move(invited.arrival), process_->id(), options.sandbox,
                  options.arrival_deadline, [weak = weak_from_this()] {
                    const auto self = weak.lock();
                    if (self && self->process_) {
                      static_cast<void>(self->process_->send_signal(SIGKILL));
                    }
                  });
}

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
  output_->drain();
  stop_timer_.cancel();
  complete_all({}, {(*status)->code, (*status)->signal});
}

void ChildState::stop(const StopPatience& patience, std::unique_ptr<wire::PipeEnd> question,
                      Handler handler) {
  const bool is_asked = question != nullptr;
  stop_question_ = std::move(question);
  wait(std::move(handler));
  signal_after(is_asked ? patience.after_asking : std::chrono::milliseconds(0), SIGTERM,
               patience.after_signal);
}

void ChildState::signal_after(std::chrono::milliseconds patience, int signal,
                              std::chrono::milliseconds next_patience) {
  stop_timer_.expires_after(patience);
  stop_timer_.async_wait([weak = weak_from_this(), signal, next_patience](error_code error) {
    const auto self = weak.lock();
    if (!self || error || !self->process_) return;
    static_cast<void>(self->process_->send_signal(signal));
    if (signal != SIGKILL) self->signal_after(next_patience, SIGKILL, {});
  });
}

void ChildState::end() {
  if (waiter_.is_open()) static_cast<void>(waiter_.release());
  process_.reset();
  control_group_.reset();
  stop_timer_.cancel();
  stop_question_.reset();
  arrival_->cancel();
  complete_all(make_error_code(Errc::kCancelled), {});
}

void ChildState::complete_all(error_code error, ExitStatus status) {
  for (Handler& handler : std::exchange(handlers_, {})) {
    boost::asio::post(executor_,
                      [handler = std::move(handler), error, status] { handler(error, status); });
  }
}

}  // namespace ferrule::service
