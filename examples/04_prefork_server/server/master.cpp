// SPDX-License-Identifier: Apache-2.0
#include "server/master.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <linux/filter.h>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/post.hpp>

namespace prefork {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ferrule::Error;
using ferrule::UniqueFd;

constexpr std::chrono::milliseconds kPauseAfterError{100};
constexpr std::chrono::milliseconds kDeadline{10'000};

/// Whoever knocks from now on gets no answer. A socket that is simply closed would hang up on those
/// who have come in and wait to be accepted; now they can be accepted first.
void let_nobody_in(tcp::acceptor& acceptor) {
  std::array<sock_filter, 1> drop_all{{{BPF_RET | BPF_K, 0, 0, 0}}};
  const sock_fprog program{drop_all.size(), drop_all.data()};
  ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

}  // namespace

Master::Master(asio::io_context& io, Options options)
    : io_(io),
      options_(std::move(options)),
      runtime_(io.get_executor()),
      acceptor_(io),
      pause_(io),
      hangups_(io, SIGHUP),
      shutdown_(runtime_, {.signals = {SIGTERM, SIGINT},
                           .deadline = kDeadline,
                           .on_begin = [this] { begin_to_end(); },
                           .on_done = [this] { io_.stop(); }}) {}

ferrule::Result<void> Master::start() {
  auto policy = ferrule::sandbox::Policy::preset(options_.sandbox);
  if (!policy) return std::move(policy).error();
  read_configuration();
  if (auto listening = listen(); !listening) return listening;
  for (size_t i = 0; i < options_.num_workers; ++i) {
    workers_.push_back(std::make_unique<HiredWorker>(
        runtime_, HiredWorker::Options{options_.program, std::to_string(i), *policy},
        [this] { return configuration_; }, [this] { on_ready(); },
        [this] {
          is_fine_ = false;
          asio::post(io_, [this] { shutdown_.begin(); });
        }));
    if (auto started = workers_.back()->start(); !started) return started;
  }
  listen_to_hangups();
  accept();
  return {};
}

ferrule::Result<void> Master::listen() {
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), options_.port);
  ferrule::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return Error(error, "listen: " + error.message());
  std::cout << "listening on 127.0.0.1:" << acceptor_.local_endpoint().port() << std::endl;
  return {};
}

void Master::read_configuration() {
  ++configuration_.number;
  configuration_.greeting = "It works.";
  if (!options_.configuration_file.empty()) {
    std::ifstream file(options_.configuration_file);
    std::getline(file, configuration_.greeting);
  }
  std::cout << "configuration " << configuration_.number << std::endl;
}

// All requests but the new ones have the old configuration; none is lost, as nothing is started
// anew.
void Master::listen_to_hangups() {
  hangups_.async_wait([this](ferrule::error_code error, int) {
    if (error) return;
    read_configuration();
    for (const auto& worker : workers_) worker->configure(configuration_);
    listen_to_hangups();
  });
}

void Master::accept() {
  acceptor_.async_accept([this](ferrule::error_code error, tcp::socket socket) {
    if (!error) {
      hand_over(UniqueFd(socket.release()));
    } else if (error == asio::error::operation_aborted) {
      return;
    } else {
      // No descriptor is left, say. The connection waits in the socket, which stays readable.
      pause_.expires_after(kPauseAfterError);
      return pause_.async_wait([this](ferrule::error_code cancelled) {
        if (!cancelled) accept();
      });
    }
    if (!waiting_ && !is_ending_) accept();
  });
}

/// If nobody is there to take it, this connection waits here and the others in the socket.
void Master::hand_over(UniqueFd connection) {
  if (HiredWorker* const worker = least_loaded()) {
    worker->hand_over(std::move(connection));
  } else {
    waiting_ = std::move(connection);
  }
}

HiredWorker* Master::least_loaded() {
  HiredWorker* least = nullptr;
  for (const auto& worker : workers_) {
    if (!worker->is_ready()) continue;
    if (least == nullptr || worker->load() < least->load()) least = worker.get();
  }
  return least;
}

void Master::on_ready() {
  if (!waiting_) return;
  hand_over(*std::exchange(waiting_, std::nullopt));
  if (!is_ending_) accept();
}

void Master::accept_what_waits() {
  ferrule::error_code error;
  acceptor_.non_blocking(true, error);
  while (!error && !waiting_) {
    tcp::socket socket(io_);
    acceptor_.accept(socket, error);
    if (!error) hand_over(UniqueFd(socket.release()));
  }
  acceptor_.close(error);
}

void Master::begin_to_end() {
  is_ending_ = true;
  work_ = shutdown_.hold();
  let_nobody_in(acceptor_);
  ferrule::error_code ignored;
  acceptor_.cancel(ignored);
  pause_.cancel();
  // Behind a connection that was accepted just before: its handler waits in the loop.
  asio::post(io_, [this] {
    accept_what_waits();
    stop_workers();
  });
}

void Master::stop_workers() {
  for (const auto& worker : workers_) {
    worker->stop([this, work = work_](ferrule::ExitStatus status) {
      is_fine_ = is_fine_ && status.is_success();
    });
  }
  work_.reset();
}

int Master::exit_code() const {
  return is_fine_ ? shutdown_.exit_code() : ferrule::GracefulShutdown::kCutExitCode;
}

}  // namespace prefork
