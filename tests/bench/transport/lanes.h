// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "ferrule/base/unique_fd.h"
#include "ferrule/transport/socket_transport.h"

#include "bench/raw_io.h"

namespace ferrule::bench {

/// One way to do the work, with a server process of its own. Lanes take turns, so that all of them
/// see the same machine: only ratios of one run mean anything.
class Lane {
 public:
  explicit Lane(std::string lane_name) : name(std::move(lane_name)) {}
  virtual ~Lane() = default;
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  /// One call: the request leaves, the answer is here.
  virtual void call() = 0;

  const std::string name;
  // Of one call, one number a round.
  std::vector<double> microseconds;
  std::vector<double> cpu_microseconds;  ///< of both processes

 protected:
  /// Two connected sockets; the second belongs to a child that runs `serve` until its peer is gone.
  UniqueFd start_server(int type, const std::function<void(UniqueFd)>& serve);

 private:
  friend void measure(const std::vector<std::unique_ptr<Lane>>&, const char*, int, int);
  double cpu_now() const {
    clockid_t clock;
    timespec own;
    timespec server;
    if (::clock_getcpuclockid(server_, &clock) != 0 || ::clock_gettime(clock, &server) != 0 ||
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own) != 0) {
      die("clock_gettime");
    }
    return static_cast<double>(own.tv_sec + server.tv_sec) * 1e6 +
           static_cast<double>(own.tv_nsec + server.tv_nsec) / 1e3;
  }

  pid_t server_ = 0;
};

inline double median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}
inline double least(const std::vector<double>& numbers) {
  return *std::min_element(numbers.begin(), numbers.end());
}

inline UniqueFd Lane::start_server(int type, const std::function<void(UniqueFd)>& serve) {
  int fds[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0) die("socketpair");
  const pid_t child = ::fork();
  if (child < 0) die("fork");
  if (child == 0) {
    // The other lanes' sockets would keep their servers alive.
    for (int fd = 3; fd < 256; ++fd) {
      if (fd != fds[1]) ::close(fd);
    }
    serve(UniqueFd(fds[1]));
    std::_Exit(0);
  }
  server_ = child;
  ::close(fds[1]);
  return UniqueFd(fds[0]);
}

inline void wait_for(const UniqueFd& epoll) {
  epoll_event event;
  while (::epoll_wait(epoll.get(), &event, 1, -1) != 1) {
  }
}

/// Watches `socket` for something to read.
inline UniqueFd make_epoll(const UniqueFd& socket) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, socket.get(), &event) != 0) die("epoll_ctl");
  return epoll;
}

/// Calls through a `SocketTransport`, both ends on an io_context of one thread.
class TransportLane : public Lane, private transport::Transport::Listener {
 public:
  TransportLane(std::string lane_name, const transport::SocketOptions& options)
      : Lane(std::move(lane_name)) {
    UniqueFd socket =
        start_server(SOCK_STREAM, [&](UniqueFd own) { serve(std::move(own), options); });
    transport_ = std::make_unique<transport::SocketTransport>(context_.get_executor(),
                                                              std::move(socket), options);
    transport_->start(*this);
  }

  void call() override {
    num_answers_ = 0;
    send_request(*transport_);
    while (num_answers_ == 0) context_.run_one();
  }

 protected:
  virtual void send_request(transport::Transport& transport) = 0;

 private:
  struct Server final : transport::Transport::Listener {
    std::unique_ptr<transport::SocketTransport> transport;
    boost::asio::io_context context;

    void on_frame(transport::Frame frame) override {
      const uint64_t sum = sum_words(frame.body.bytes());
      transport::Frame answer;
      answer.body = transport->allocate(64);
      __builtin_memset(answer.body.data(), static_cast<int>(sum & 1), 64);
      transport->send(std::move(answer));
    }
    void on_batch_end() override {}
    void on_transport_closed(const Error&) override { context.stop(); }
  };

  static void serve(UniqueFd socket, const transport::SocketOptions& options) {
    Server server;
    server.transport = std::make_unique<transport::SocketTransport>(server.context.get_executor(),
                                                                    std::move(socket), options);
    server.transport->start(server);
    server.context.run();
  }

  void on_frame(transport::Frame) override { ++num_answers_; }
  void on_batch_end() override {}
  void on_transport_closed(const Error& reason) override { die(reason.message().c_str()); }

  boost::asio::io_context context_;
  std::unique_ptr<transport::SocketTransport> transport_;
  size_t num_answers_ = 0;
};

using Lanes = std::vector<std::unique_ptr<Lane>>;

/// One warm-up, then `rounds` in turns, `calls` calls each; then the table. On a busy machine the
/// least times and the processor times say more than the medians.
inline void measure(const Lanes& lanes, const char* title, int rounds, int calls) {
  for (int round = -1; round < rounds; ++round) {
    for (const std::unique_ptr<Lane>& lane : lanes) {
      const double cpu_begin = lane->cpu_now();
      const auto begin = std::chrono::steady_clock::now();
      for (int i = 0; i < calls; ++i) lane->call();
      const std::chrono::duration<double, std::micro> time =
          std::chrono::steady_clock::now() - begin;
      if (round < 0) continue;
      lane->microseconds.push_back(time.count() / calls);
      lane->cpu_microseconds.push_back((lane->cpu_now() - cpu_begin) / calls);
    }
  }
  const Lane& floor = *lanes.front();
  std::printf("%-36s %10s %6s %10s %6s %10s %6s\n", title, "median us", "ratio", "least us",
              "ratio", "cpu us", "ratio");
  for (const std::unique_ptr<Lane>& lane : lanes) {
    const double times[] = {median(lane->microseconds), least(lane->microseconds),
                            median(lane->cpu_microseconds)};
    const double floors[] = {median(floor.microseconds), least(floor.microseconds),
                             median(floor.cpu_microseconds)};
    std::printf("  %-34s", lane->name.c_str());
    for (int i = 0; i < 3; ++i) std::printf(" %10.2f %6.2f", times[i], times[i] / floors[i]);
    std::printf("\n");
  }
}

}  // namespace ferrule::bench
