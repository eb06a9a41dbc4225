// SPDX-License-Identifier: Apache-2.0
// SOCK_STREAM or SOCK_SEQPACKET? A packet socket keeps frames apart for us, but every frame is then
// a call of its own on both sides; a stream takes and gives as many as there are.
//
//   bench_socket_kinds [ROUNDS]
#include <cstring>
#include <sys/uio.h>

#include "lanes.h"

namespace ferrule::bench {
namespace {

/// One frame each way, waited for with epoll as an event loop does. A packet socket sends it whole
/// or not at all.
class PingPong final : public Lane {
 public:
  PingPong(std::string lane_name, int type, size_t num_bytes)
      : Lane(std::move(lane_name)), bytes_(num_bytes, 1) {
    socket_ = start_server(type, [num_bytes](UniqueFd own) {
      const UniqueFd epoll = make_epoll(own);
      std::vector<uint8_t> bytes(num_bytes);
      for (wait_for(epoll); read_all(own, bytes); wait_for(epoll)) write_all(own, bytes);
    });
    epoll_ = make_epoll(socket_);
  }
  void call() override {
    write_all(socket_, bytes_);
    wait_for(epoll_);
    if (!read_all(socket_, bytes_)) die("read");
  }

 private:
  std::vector<uint8_t> bytes_;
  UniqueFd socket_;
  UniqueFd epoll_;
};

/// 1000 frames of 64 bytes one way, then one answer. `per_send` frames leave in a call.
class OneWay final : public Lane {
 public:
  static constexpr size_t kFrames = 1000;
  static constexpr size_t kFrameBytes = 64;

  OneWay(std::string lane_name, int type, size_t per_send)
      : Lane(std::move(lane_name)), per_send_(per_send), bytes_(kFrames * kFrameBytes, 1) {
    socket_ = start_server(type, [](UniqueFd own) { serve(own); });
  }
  void call() override {
    for (size_t i = 0; i < kFrames; i += per_send_) {
      write_all(socket_, {bytes_.data() + i * kFrameBytes, per_send_ * kFrameBytes});
    }
    uint8_t answer;
    if (!read_all(socket_, {&answer, 1})) die("read");
  }

 private:
  static void serve(const UniqueFd& own) {
    std::vector<uint8_t> bytes(65536);
    size_t num_bytes = 0;
    for (;;) {
      const ssize_t count = ::read(own.get(), bytes.data(), bytes.size());
      if (count <= 0) return;
      num_bytes += static_cast<size_t>(count);
      if (num_bytes < kFrames * kFrameBytes) continue;
      num_bytes = 0;
      write_all(own, {bytes.data(), 1});
    }
  }

  const size_t per_send_;
  std::vector<uint8_t> bytes_;
  UniqueFd socket_;
};

void run(int rounds) {
  for (size_t size : {64U, 4096U, 65536U}) {
    Lanes lanes;
    lanes.push_back(std::make_unique<PingPong>("STREAM", SOCK_STREAM, size));
    lanes.push_back(std::make_unique<PingPong>("SEQPACKET", SOCK_SEQPACKET, size));
    measure(lanes, (std::to_string(size) + " bytes there and back").c_str(), rounds, 3000);
  }
  Lanes lanes;
  lanes.push_back(std::make_unique<OneWay>("STREAM, a call a frame", SOCK_STREAM, 1));
  lanes.push_back(std::make_unique<OneWay>("SEQPACKET, a call a frame", SOCK_SEQPACKET, 1));
  lanes.push_back(std::make_unique<OneWay>("STREAM, 50 frames a call", SOCK_STREAM, 50));
  measure(lanes, "1000 frames of 64 bytes one way", rounds, 200);
}

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  ferrule::bench::run(argc > 1 ? std::atoi(argv[1]) : 9);
  return 0;
}
