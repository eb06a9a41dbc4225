// SPDX-License-Identifier: Apache-2.0
#include "decoder_host.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;
using std::chrono::milliseconds;

DecoderHost::DecoderHost(ferrule::Runtime& runtime, std::string program, const std::string& preset)
    : runtime_(runtime),
      policy_(ferrule::sandbox::Policy::preset(preset).value()),
      changed_(runtime.executor()) {
  ferrule::SupervisorOptions options;
  options.launch.program = std::move(program);
  options.launch.sandbox = policy_;
  options.launch.captures_output = true;
  // Here it is attacked all the time. A real one that crashes so often is given up sooner.
  options.restart = {
      .first_delay = milliseconds(1), .most_delay = milliseconds(10), .crash_budget = 50};
  options.on_started = [this](ferrule::ChildProcess& child) { on_started(child); };
  options.on_ended = [this](const ferrule::CrashReport& crash, std::optional<milliseconds>) {
    is_ready_ = false;
    last_end_ = crash.to_text();
    changed_.cancel();
  };
  supervisor_ = ferrule::Supervisor(runtime_, std::move(options));
}

void DecoderHost::on_started(ferrule::ChildProcess& child) {
  last_end_.reset();
  decoder_.reset();
  attacker_.reset();
  decoder_.bind(child.connection().request<image::ImageDecoder>(), runtime_.executor());
  attacker_.bind(child.connection().request<attack::Attacker>(), runtime_.executor());
  // In the preset "none" there is nothing to wait for.
  if (!policy_.is_any_layer_wanted()) {
    is_ready_ = true;
    changed_.cancel();
    return;
  }
  child.async_arrive([this](ferrule::error_code error) {
    // On an error it is killed, and the supervisor tells.
    is_ready_ = !error;
    changed_.cancel();
  });
}

asio::awaitable<void> DecoderHost::until_ready() {
  while (!is_ready_) {
    changed_.expires_at(asio::steady_timer::time_point::max());
    co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

asio::awaitable<std::string> DecoderHost::until_dead(milliseconds patience) {
  changed_.expires_after(patience);
  co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!last_end_) supervisor_.kill("it did not answer");
  while (!last_end_) {
    changed_.expires_at(asio::steady_timer::time_point::max());
    co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return *last_end_;
}
