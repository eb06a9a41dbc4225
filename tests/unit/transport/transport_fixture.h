// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/base/buffer.h"
#include "ferrule/platform/unix_socket.h"
#include "ferrule/transport/socket_transport.h"

namespace ferrule::transport {

/// Writes down what arrives.
class Recorder final : public Transport::Listener {
 public:
  struct Received {
    Buffer body;
    std::vector<UniqueFd> descriptors;
  };

  std::deque<Received> frames;
  std::vector<size_t> batches;  ///< how many frames had come at each end of a batch
  std::optional<Error> closed;
  size_t num_closed = 0;
  std::function<void(Received&)> on_each;
  std::function<void()> on_each_batch;

  void on_frame(Frame frame) override {
    EXPECT_FALSE(closed.has_value());
    EXPECT_TRUE(frame.tail.empty());
    frames.push_back({std::move(frame.body), std::move(frame.descriptors)});
    ++num_frames_;
    if (on_each) on_each(frames.back());
  }
  void on_batch_end() override {
    batches.push_back(num_frames_);
    if (on_each_batch) on_each_batch();
  }
  void on_transport_closed(const Error& reason) override {
    ++num_closed;
    closed = reason;
  }

 private:
  size_t num_frames_ = 0;
};

inline std::vector<uint8_t> random_bytes(size_t num_bytes, uint32_t seed) {
  std::mt19937_64 random(seed);
  std::vector<uint8_t> bytes(num_bytes);
  size_t i = 0;
  for (; i + 8 <= num_bytes; i += 8) {
    const uint64_t word = random();
    std::memcpy(bytes.data() + i, &word, 8);
  }
  for (; i < num_bytes; ++i) bytes[i] = static_cast<uint8_t>(random());
  return bytes;
}

inline Frame make_frame(std::span<const uint8_t> bytes) {
  Frame frame;
  frame.body = Buffer::allocate(bytes.size());
  if (!bytes.empty()) std::memcpy(frame.body.data(), bytes.data(), bytes.size());
  return frame;
}

inline Frame make_frame(const std::string& text) {
  return make_frame({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

inline std::string to_text(const Buffer& buffer) {
  return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
}

inline std::vector<uint8_t> to_vector(const Buffer& buffer) {
  return {buffer.bytes().begin(), buffer.bytes().end()};
}

/// How many files a directory has, such as /proc/self/fd.
inline size_t count_entries(const char* directory) {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory)) ++count;
  return count;
}

/// How many mappings of memfds this process has.
inline size_t count_memfd_maps() {
  std::ifstream maps("/proc/self/maps");
  size_t count = 0;
  for (std::string line; std::getline(maps, line);) {
    if (line.find("memfd:") != std::string::npos) ++count;
  }
  return count;
}

/// What the clock of the ends of a `SocketPairTest` shows.
inline std::chrono::nanoseconds frozen_time{0};

/// Two ends on one io_context, which the test runs. Counts descriptors before and after.
class SocketPairTest : public testing::Test {
 protected:
  explicit SocketPairTest(const SocketOptions& options = {}) : options_(options) {
    options_.coarse_now = []() noexcept { return frozen_time; };
  }

  void connect() {
    Result<std::pair<UniqueFd, UniqueFd>> pair = platform::make_socket_pair();
    ASSERT_TRUE(pair.ok());
    left =
        std::make_unique<SocketTransport>(context.get_executor(), std::move(pair->first), options_);
    right = std::make_unique<SocketTransport>(context.get_executor(), std::move(pair->second),
                                              options_);
    left->start(left_heard);
    right->start(right_heard);
  }

  /// The other end is the test's own, to write into what no transport would.
  void connect_raw() {
    Result<std::pair<UniqueFd, UniqueFd>> pair = platform::make_socket_pair();
    ASSERT_TRUE(pair.ok());
    raw = std::move(pair->first);
    right = std::make_unique<SocketTransport>(context.get_executor(), std::move(pair->second),
                                              options_);
    right->start(right_heard);
  }

  /// The io_context opens descriptors of its own when it is first used.
  void open_reactor() {
    connect_raw();
    right.reset();
    raw.reset();
    settle();
  }

  template <class Predicate>
  void run_until(Predicate is_done) {
    while (!is_done()) {
      context.restart();
      ASSERT_NE(context.run_one(), 0U) << "nothing more happens";
    }
  }
  /// Everything that can happen without anybody doing something new.
  void settle() {
    context.restart();
    while (context.poll() != 0) context.restart();
  }

  SocketOptions options_;
  boost::asio::io_context context;
  Recorder left_heard;
  Recorder right_heard;
  std::unique_ptr<SocketTransport> left;
  std::unique_ptr<SocketTransport> right;
  UniqueFd raw;
};

}  // namespace ferrule::transport
