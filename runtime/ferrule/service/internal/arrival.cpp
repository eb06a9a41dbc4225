// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/arrival.h"

#include <array>
#include <cerrno>
#include <sstream>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/post.hpp>

#include "ferrule/base/check.h"
#include "ferrule/sandbox/observation.h"

namespace ferrule::service {
namespace {

using sandbox::Layer;
using sandbox::LayerState;
using sandbox::Need;
using sandbox::Seen;

/// Stops a program that talks without end before it has even arrived.
constexpr size_t kMaxArrivalBytes = 16384;

constexpr std::string_view kArrived = "arrived\n";
constexpr std::string_view kRefused = "refused\n";

// "seccomp: in force", as `to_text` wrote it. Of what a program says only this is kept.
sandbox::Report parse_report(const std::string& text) {
  sandbox::Report report;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(": ");
    const auto layer = sandbox::layer_of_name(line.substr(0, colon));
    if (!layer || colon == std::string::npos) continue;
    const std::string rest = line.substr(colon + 2);
    constexpr std::string_view kMissing = "missing, ";
    if (rest == "in force") report[*layer].state = LayerState::kInForce;
    if (rest.starts_with(kMissing)) {
      report[*layer] = {LayerState::kMissing, rest.substr(kMissing.size())};
    }
  }
  return report;
}

// What the kernel shows counts. A layer that it does not show is believed.
Result<void> check_from_outside(const sandbox::Policy& policy, pid_t program) {
  const auto seen = sandbox::observe_process(program);
  if (!seen) return seen.error();
  for (const Layer layer : sandbox::all_layers()) {
    if (policy.need(layer) != Need::kRequire || seen->layers[layer] != Seen::kNo) continue;
    return Error(Errc::kAccessDenied, "the program did not put " + std::string(to_name(layer)) +
                                          " in force, which its sandbox " + policy.name() +
                                          " requires");
  }
  return {};
}

}  // namespace

std::string arrival_text(const sandbox::Report& report) {
  return std::string(kArrived) + to_text(report);
}

std::string refusal_text(const std::string& why) { return std::string(kRefused) + why; }

Arrival::Arrival(const boost::asio::any_io_executor& executor)
    : executor_(executor), waiter_(executor), timer_(executor) {}

Arrival::~Arrival() {
  if (waiter_.is_open()) static_cast<void>(waiter_.release());
}

void Arrival::start(UniqueFd socket, pid_t program, std::optional<sandbox::Policy> policy,
                    std::optional<std::chrono::milliseconds> deadline,
                    std::function<void()> on_failure) {
  socket_ = std::move(socket);
  program_ = program;
  policy_ = std::move(policy);
  on_failure_ = std::move(on_failure);
  error_code error;
  waiter_.assign(socket_.get(), error);
  if (error) return fail(Errc::kLaunchFailed, error.message());
  wait_for_words();
  if (!deadline) return;
  timer_.expires_after(*deadline);
  timer_.async_wait([weak = weak_from_this()](error_code timer_error) {
    const auto self = weak.lock();
    if (self && !timer_error) self->fail(Errc::kTimedOut, "the program did not arrive in time");
  });
}

void Arrival::wait_for_words() {
  waiter_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [weak = weak_from_this()](error_code error) {
                       const auto self = weak.lock();
                       if (self && !error) self->on_readable();
                     });
}

void Arrival::on_readable() {
  std::array<char, 4096> bytes{};
  for (;;) {
    const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return wait_for_words();
    if (count <= 0) return judge();
    words_.append(bytes.data(), static_cast<size_t>(count));
    if (words_.size() > kMaxArrivalBytes) {
      return fail(Errc::kLaunchFailed, "the program says too much of itself");
    }
  }
}

void Arrival::judge() {
  if (result_) return;
  if (words_.starts_with(kRefused)) {
    return fail(Errc::kLaunchFailed, words_.substr(kRefused.size()));
  }
  if (!words_.starts_with(kArrived)) {
    return fail(Errc::kLaunchFailed, "the program ended before it took its invitation");
  }
  lock_report_ = parse_report(words_);
  if (policy_) {
    if (auto checked = check_from_outside(*policy_, program_); !checked) {
      return fail(Errc::kLaunchFailed, checked.error().message());
    }
  }
  complete({});
}

void Arrival::wait(Handler handler) {
  // Neither a sandbox nor a deadline: nobody was asked to tell.
  FERRULE_CHECK(program_ != 0);
  handlers_.push_back(std::move(handler));
  if (result_) complete(*result_);
}

void Arrival::cancel() {
  on_failure_ = nullptr;
  if (!result_) complete(make_error_code(Errc::kCancelled));
}

void Arrival::fail(Errc code, std::string why) {
  if (result_) return;
  failure_ = std::move(why);
  complete(make_error_code(code));
  if (auto on_failure = std::exchange(on_failure_, nullptr)) on_failure();
}

void Arrival::complete(error_code result) {
  result_ = result;
  timer_.cancel();
  if (waiter_.is_open()) static_cast<void>(waiter_.release());
  socket_.reset();
  for (Handler& handler : std::exchange(handlers_, {})) {
    boost::asio::post(executor_, [handler = std::move(handler), result] { handler(result); });
  }
}

}  // namespace ferrule::service
