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
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "ferrule/base/unique_fd.h"
#include "ferrule/transport/socket_transport.h"

namespace ferrule::bench {

[[noreturn]] inline void die(const char* what) {
  std::perror(what);
  std::_Exit(1);
}

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
  std::vector<double> microseconds;  ///< of one call, one number a round

  double median() const {
    std::vector<double> sorted = microseconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
  double least() const { return *std::min_element(microseconds.begin(), microseconds.end()); }
};

/// Two connected sockets; the second belongs to a child that runs `serve` until its peer is gone.
inline UniqueFd start_server(int type, const std::function<void(UniqueFd)>& serve) {
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
  ::close(fds[1]);
  return UniqueFd(fds[0]);
}

inline void write_all(const UniqueFd& fd, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd.get(), bytes.data(), bytes.size());
    if (count <= 0) die("write");
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
}

/// False at the end of the stream.
inline bool read_all(const UniqueFd& fd, std::span<uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::read(fd.get(), bytes.data(), bytes.size());
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return true;
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

/// What a server does with a large body: looks at every word.
inline uint64_t sum_words(std::span<const uint8_t> bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    uint64_t word;
    __builtin_memcpy(&word, bytes.data() + i, 8);
    sum += word;
  }
  return sum;
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

/// One warm-up, then `rounds` in turns, `calls` calls each; then the table.
inline void measure(const Lanes& lanes, const char* title, int rounds, int calls) {
  for (int round = -1; round < rounds; ++round) {
    for (const std::unique_ptr<Lane>& lane : lanes) {
      const auto begin = std::chrono::steady_clock::now();
      for (int i = 0; i < calls; ++i) lane->call();
      const std::chrono::duration<double, std::micro> time =
          std::chrono::steady_clock::now() - begin;
      if (round >= 0) lane->microseconds.push_back(time.count() / calls);
    }
  }
  std::printf("%s\n", title);
  for (const std::unique_ptr<Lane>& lane : lanes) {
    std::printf("  %-44s median %9.2f us   least %9.2f us   ratio %5.2f\n", lane->name.c_str(),
                lane->median(), lane->least(), lane->median() / lanes.front()->median());
  }
}

}  // namespace ferrule::bench
