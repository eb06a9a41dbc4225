// SPDX-License-Identifier: Apache-2.0
// Pictures to another process, one after the other: frames of a ring, a fresh BigBuffer each, a
// field of bytes each. In turns, in one run.
//
//   shared_ring_bench [PICTURE_KIB] [PICTURES] [ROUNDS]
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ferrule/base/check.h"
#include "ferrule/ferrule.h"

#include "screen.idl.h"

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using screen_bench::Screen;

uint64_t sum_of(std::span<const uint8_t> bytes, bool reads) {
  uint64_t sum = 0;
  const size_t num_bytes = reads ? bytes.size() : 8;
  for (size_t i = 0; i + 8 <= num_bytes; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    sum += word;
  }
  return sum;
}

class ScreenImpl final : public Screen {
 public:
  void UseRing(ferrule::common::SharedRing ring) override {
    ring_ = ferrule::SharedRingConsumer::open(std::move(ring)).value();
  }
  void ShowFrame(ferrule::common::SharedFrame frame, bool reads,
                 ferrule::Reply<uint64_t> reply) override {
    reply(sum_of(ring_.take(frame).value().bytes(), reads));
  }
  void ShowBuffer(ferrule::BigBuffer buffer, bool reads, ferrule::Reply<uint64_t> reply) override {
    reply(sum_of(buffer.bytes(), reads));
  }
  void ShowBytes(ferrule::Bytes bytes, bool reads, ferrule::Reply<uint64_t> reply) override {
    reply(sum_of(bytes, reads));
  }

 private:
  ferrule::SharedRingConsumer ring_;
};

int serve() {
  asio::io_context io{1};
  ferrule::Runtime runtime(io.get_executor());
  auto parent = runtime.accept_invitation().value();
  ScreenImpl screen;
  ferrule::Receiver<Screen> receiver(screen);
  parent.provide<Screen>([&](ferrule::PendingReceiver<Screen> pending) {
    receiver.bind(std::move(pending), io.get_executor());
  });
  io.run();
  return 0;
}

struct Job {
  size_t picture_bytes = 0;
  int num_pictures = 0;
  bool touches = false;  // all is filled and read, or only the beginning

  void fill(std::span<uint8_t> bytes, int number) const {
    std::memset(bytes.data(), number, touches ? bytes.size() : 8);
  }
};

using Lane = std::function<asio::awaitable<void>(const Job&)>;

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "screen") return serve();
  const size_t picture_bytes = (argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 4096) << 10;
  const int num_pictures = argc > 2 ? std::atoi(argv[2]) : 500;
  const int num_rounds = argc > 3 ? std::atoi(argv[3]) : 5;

  asio::io_context io{1};
  ferrule::Runtime runtime(io.get_executor());
  auto child = runtime.launch({.program = "/proc/self/exe", .arguments = {"screen"}}).value();
  ferrule::Remote<Screen> screen(child.connection().request<Screen>(), io.get_executor());
  auto ring = ferrule::SharedRingProducer::create(io.get_executor(),
                                                  {.num_frames = 8, .frame_bytes = picture_bytes})
                  .value();
  screen->UseRing(ring.take_reader());
  std::vector<uint8_t> own(picture_bytes);

  const std::map<std::string, Lane> lanes = {
      {"ring",
       [&](const Job& job) -> asio::awaitable<void> {
         for (int i = 0; i < job.num_pictures; ++i) {
           auto frame = co_await ring.async_acquire(use_awaitable);
           job.fill(frame.bytes(), i);
           co_await screen->ShowFrame(std::move(frame).share(), job.touches, use_awaitable);
         }
       }},
      {"big buffer",
       [&](const Job& job) -> asio::awaitable<void> {
         for (int i = 0; i < job.num_pictures; ++i) {
           auto buffer = ferrule::BigBuffer::make(job.picture_bytes).value();
           job.fill(buffer.mutable_bytes(), i);
           co_await screen->ShowBuffer(std::move(buffer), job.touches, use_awaitable);
         }
       }},
      {"bytes", [&](const Job& job) -> asio::awaitable<void> {
         for (int i = 0; i < job.num_pictures; ++i) {
           job.fill(own, i);
           co_await screen->ShowBytes(own, job.touches, use_awaitable);
         }
       }}};

  for (const bool touches : {true, false}) {
    const Job job{picture_bytes, num_pictures, touches};
    std::map<std::string, std::vector<double>> micros;
    for (int round = 0; round <= num_rounds; ++round) {
      for (const auto& [name, lane] : lanes) {
        const auto begin = std::chrono::steady_clock::now();
        bool is_done = false;
        asio::co_spawn(io, lane(job), [&is_done](const std::exception_ptr& thrown) {
          if (thrown) std::rethrow_exception(thrown);
          is_done = true;
        });
        while (!is_done) io.run_one();
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - begin;
        if (round > 0) micros[name].push_back(took.count() / num_pictures);  // 0 warms up
      }
    }
    std::printf("%s\n", touches ? "every byte written and read:" : "only moved:");
    for (auto& [name, all] : micros) {
      std::sort(all.begin(), all.end());
      std::printf("  %-10s %8.1f us a picture\n", name.c_str(), all[all.size() / 2]);
    }
  }
  std::fflush(stdout);
  std::_Exit(0);
}
