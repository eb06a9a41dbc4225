// SPDX-License-Identifier: Apache-2.0
// W1 with 64 bytes: what the transport adds to a raw ping-pong, blocking and with epoll.
//
//   bench_small_calls [ROUNDS [CALLS]]
//   bench_small_calls trace CALLS      only the transport, to be run under strace -f -c
#include <cstring>

#include "lanes.h"

namespace ferrule::bench {
namespace {

constexpr size_t kBytes = 64;

class BlockingLane final : public Lane {
 public:
  BlockingLane() : Lane("raw, blocking") {
    socket_ = start_server(SOCK_STREAM, [](UniqueFd own) {
      uint8_t bytes[kBytes] = {};
      while (read_all(own, bytes)) write_all(own, bytes);
    });
  }
  void call() override {
    uint8_t bytes[kBytes] = {};
    write_all(socket_, bytes);
    if (!read_all(socket_, bytes)) die("read");
  }

 private:
  UniqueFd socket_;
};

class EpollLane final : public Lane {
 public:
  EpollLane() : Lane("raw, epoll") {
    socket_ = start_server(SOCK_STREAM, [](UniqueFd own) {
      const UniqueFd epoll = make_epoll(own);
      uint8_t bytes[kBytes] = {};
      for (wait_for(epoll); read_all(own, bytes); wait_for(epoll)) write_all(own, bytes);
    });
    epoll_ = make_epoll(socket_);
  }
  void call() override {
    uint8_t bytes[kBytes] = {};
    write_all(socket_, bytes);
    wait_for(epoll_);
    if (!read_all(socket_, bytes)) die("read");
  }

 private:
  UniqueFd socket_;
  UniqueFd epoll_;
};

class SmallLane final : public TransportLane {
 public:
  SmallLane() : TransportLane("transport", {}) {}

 private:
  void send_request(transport::Transport& transport) override {
    transport::Frame frame;
    frame.body = transport.allocate(kBytes);
    std::memset(frame.body.data(), 1, kBytes);
    transport.send(std::move(frame));
  }
};

int run(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "trace") == 0) {
    SmallLane lane;
    for (int i = 0; i < std::atoi(argv[2]); ++i) lane.call();
    return 0;
  }
  Lanes lanes;
  lanes.push_back(std::make_unique<EpollLane>());
  lanes.push_back(std::make_unique<BlockingLane>());
  lanes.push_back(std::make_unique<SmallLane>());
  measure(lanes, "64 bytes there and back", argc > 1 ? std::atoi(argv[1]) : 9,
          argc > 2 ? std::atoi(argv[2]) : 5000);
  return 0;
}

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) { return ferrule::bench::run(argc, argv); }
