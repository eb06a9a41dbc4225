// SPDX-License-Identifier: Apache-2.0
// How large bodies cross best. The request is large, the server looks at every word, the answer is
// small. The first lane is the floor: the same bytes through write(2) and read(2).
//
//   bench_large_messages [ROUNDS [BYTES...]]
#include <cstring>

#include "lanes.h"

namespace ferrule::bench {
namespace {

class RawLane final : public Lane {
 public:
  explicit RawLane(size_t num_bytes) : Lane("raw write and read"), bytes_(num_bytes, 1) {
    socket_ = start_server(SOCK_STREAM, [num_bytes](UniqueFd own) {
      std::vector<uint8_t> bytes(num_bytes);
      uint8_t answer[64] = {};
      while (read_all(own, bytes)) {
        answer[0] = static_cast<uint8_t>(sum_words(bytes) & 1);
        write_all(own, answer);
      }
    });
  }
  void call() override {
    write_all(socket_, bytes_);
    uint8_t answer[64];
    if (!read_all(socket_, answer)) die("read");
  }

 private:
  std::vector<uint8_t> bytes_;
  UniqueFd socket_;
};

enum class Encoding {
  kCopied,    // the encoder copies the array into the buffer
  kDeferred,  // the encoder leaves the array to the transport
};

class LargeLane final : public TransportLane {
 public:
  LargeLane(std::string lane_name, size_t num_bytes, Encoding encoding,
            const transport::SocketOptions& options)
      : TransportLane(std::move(lane_name), options), bytes_(num_bytes, 1), encoding_(encoding) {}

 private:
  void send_request(transport::Transport& transport) override {
    constexpr size_t kHeader = 96;
    transport::Frame frame;
    frame.body = transport.allocate(kHeader + bytes_.size());
    std::memset(frame.body.data(), 0, kHeader);
    if (encoding_ == Encoding::kDeferred) {
      frame.body.defer_copy(kHeader, bytes_);
    } else {
      std::memcpy(frame.body.data() + kHeader, bytes_.data(), bytes_.size());
    }
    transport.send(std::move(frame));
  }

  std::vector<uint8_t> bytes_;
  const Encoding encoding_;
};

void measure_size(size_t num_bytes, int rounds) {
  transport::SocketOptions inline_only;
  inline_only.large_frame_bytes = SIZE_MAX;
  transport::SocketOptions sealed;
  sealed.max_arena_bytes = 0;
  Lanes lanes;
  lanes.push_back(std::make_unique<RawLane>(num_bytes));
  lanes.push_back(
      std::make_unique<LargeLane>("through the socket", num_bytes, Encoding::kCopied, inline_only));
  lanes.push_back(std::make_unique<LargeLane>("fresh sealed memfd, from a copy", num_bytes,
                                              Encoding::kCopied, sealed));
  lanes.push_back(std::make_unique<LargeLane>("fresh sealed memfd, from the source", num_bytes,
                                              Encoding::kDeferred, sealed));
  lanes.push_back(std::make_unique<LargeLane>("recycled region", num_bytes, Encoding::kCopied,
                                              transport::SocketOptions()));
  lanes.push_back(std::make_unique<LargeLane>("recycled slots, in pieces", num_bytes,
                                              Encoding::kDeferred, transport::SocketOptions()));
  const int calls = static_cast<int>(std::clamp<size_t>((size_t{32} << 20) / num_bytes, 3, 200));
  measure(lanes, (std::to_string(num_bytes) + " bytes").c_str(), rounds, calls);
}

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  std::vector<size_t> sizes;
  for (int i = 2; i < argc; ++i) sizes.push_back(std::strtoul(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {65536, 262144, 1048576, 4194304, 16777216, 33177600};
  for (size_t size : sizes) ferrule::bench::measure_size(size, rounds);
  return 0;
}
