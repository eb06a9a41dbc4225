// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/supervisor_state.h"

#include <csignal>
#include <string_view>
#include <utility>

#include <boost/asio/post.hpp>

namespace ferrule::service {
namespace {

constexpr std::chrono::milliseconds kGraceWithoutConnection{1000};

// The line that a locked process writes before it dies. It is the process's own word, and only as
// good: by the status nobody but the kernel can say SIGSYS.
std::string refused_call(const ExitStatus& status, const std::string& output) {
  constexpr std::string_view kBegin = "ferrule: the sandbox refused ";
  const size_t begin = output.rfind(kBegin);
  if (status.signal != SIGSYS || begin == std::string::npos) return {};
  const size_t name = begin + kBegin.size();
  return output.substr(name, output.find('\n', name) - name);
}

}  // namespace

SupervisorState::SupervisorState(Runtime& runtime, SupervisorOptions options)
    : runtime_(runtime),
      options_(std::move(options)),
      budget_(options_.restart),
      timer_(runtime.executor()) {}

Result<void> SupervisorState::start() {
  auto launched = runtime_.launch(options_.launch);
  if (!launched) return std::move(launched).error();
  ++num_starts_;
  reason_.clear();
  child_ = *std::move(launched);
  child_->connection().set_closed_handler([weak = weak_from_this()](const Error& why) {
    const auto self = weak.lock();
    if (self && self->child_ && !self->is_stopping_) self->on_connection_closed(why);
  });
  child_->async_wait([weak = weak_from_this()](error_code error, ExitStatus status) {
    if (const auto self = weak.lock()) self->on_ended(error, status);
  });
  if (options_.on_started) options_.on_started(*child_);
  return {};
}

// Without its connection a program is of no use any more. One that ends may have some work left,
// and its own status is to be seen.
void SupervisorState::on_connection_closed(const Error& why) {
  if (why.code() != Errc::kDisconnected) return kill(why.message());
  timer_.expires_after(kGraceWithoutConnection);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self && !error) self->kill("it closed its connection and went on running");
  });
}

void SupervisorState::kill(std::string reason) {
  if (!child_) return;
  reason_ = std::move(reason);
  static_cast<void>(child_->kill());
}

void SupervisorState::stop(const StopPatience& patience,
                           std::function<void(ExitStatus)> on_stopped) {
  is_stopping_ = true;
  timer_.cancel();
  if (!child_) {
    boost::asio::post(runtime_.executor(),
                      [on_stopped = std::move(on_stopped)] { on_stopped({}); });
    return;
  }
  child_->async_stop(patience, [weak = weak_from_this(), on_stopped = std::move(on_stopped)](
                                   error_code, ExitStatus status) {
    if (const auto self = weak.lock()) self->child_.reset();
    on_stopped(status);
  });
}

void SupervisorState::on_ended(error_code error, ExitStatus status) {
  if (!child_ || is_stopping_ || error == Errc::kCancelled) return;
  CrashReport report{status, std::move(reason_), child_->output(), {}, child_->last_calls()};
  if (report.reason.empty()) report.reason = child_->failure();
  report.refused_call = refused_call(status, report.output);
  child_.reset();
  timer_.cancel();
  end(std::move(report));
}

void SupervisorState::end(CrashReport report) {
  const auto delay = budget_.on_crash(std::chrono::steady_clock::now());
  if (delay) restart_after(*delay);
  // Last: it may destroy the supervisor.
  if (options_.on_ended) options_.on_ended(report, delay);
}

void SupervisorState::restart_after(std::chrono::milliseconds delay) {
  timer_.expires_after(delay);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (!self || error || self->is_stopping_) return;
    auto started = self->start();
    if (!started) self->end({.reason = started.error().message()});
  });
}

void SupervisorState::abandon() {
  is_stopping_ = true;
  timer_.cancel();
  child_.reset();
}

}  // namespace ferrule::service
