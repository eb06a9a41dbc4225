// SPDX-License-Identifier: Apache-2.0
// Whole calls, through generated code, beside what the kernel gives. Lanes take turns; each has a
// server process of its own. Only ratios of one run mean anything.
//
//   ferrule_bench [small|large|stream]...   all of them without a name
//   ferrule_bench trace CALLS               small calls alone, to be run under strace -f -c
#include <cstring>
#include <numeric>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ferrule/ferrule.h"

#include "bench.idl.h"
#include "bench/transport/lanes.h"

namespace ferrule::bench {
namespace {

// ---- the kernel alone ---------------------------------------------------------------------------

/// Writes a request of so many bytes, waits with epoll for the 64-byte answer.
class RawLane final : public Lane {
 public:
  RawLane(std::string lane_name, size_t num_bytes, bool uses_epoll)
      : Lane(std::move(lane_name)), request_(num_bytes, 1) {
    socket_ = start_server(SOCK_STREAM, [num_bytes, uses_epoll](UniqueFd own) {
      const UniqueFd epoll = make_epoll(own);
      std::vector<uint8_t> request(num_bytes);
      uint8_t answer[64] = {};
      for (;;) {
        if (uses_epoll) wait_for(epoll);
        if (!read_all(own, request)) return;
        answer[0] = static_cast<uint8_t>(sum_words(request) & 1);
        write_all(own, answer);
      }
    });
    epoll_ = make_epoll(socket_);
    uses_epoll_ = uses_epoll;
  }
  void call() override {
    uint8_t answer[64];
    write_all(socket_, request_);
    if (uses_epoll_) wait_for(epoll_);
    if (!read_all(socket_, answer)) die("read");
  }

 private:
  std::vector<uint8_t> request_;
  UniqueFd socket_;
  UniqueFd epoll_;
  bool uses_epoll_ = false;
};

// ---- Ferrule ------------------------------------------------------------------------------------

class WorkerImpl final : public Worker {
 public:
  void Sum(Bytes bytes, Reply<uint64_t> reply) override { reply(sum_words(bytes)); }
  void Count(Bytes /*bytes*/) override { ++count_; }
  void TakeCount(Reply<uint64_t> reply) override { reply(std::exchange(count_, 0)); }

 private:
  uint64_t count_ = 0;
};

/// Both ends of the lane's socket become a connection as if each had been launched with it.
Connection open_connection(Runtime& runtime, UniqueFd socket) {
  ::setenv("FERRULE_INVITATION", std::to_string(socket.release()).c_str(), 1);
  return runtime.accept_invitation().value();
}

class FerruleLane : public Lane {
 public:
  explicit FerruleLane(std::string lane_name) : Lane(std::move(lane_name)) {
    UniqueFd socket = start_server(SOCK_STREAM, &FerruleLane::serve);
    connection_ = open_connection(runtime_, std::move(socket));
    worker_.bind(connection_.request<Worker>(), io_.get_executor());
  }

 protected:
  void run_until(const bool& is_done) {
    while (!is_done) io_.run_one();
  }

  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  Connection connection_;
  Remote<Worker> worker_;

 private:
  static void serve(UniqueFd socket) {
    boost::asio::io_context io(1);
    Runtime runtime(io.get_executor());
    WorkerImpl worker;
    Receiver<Worker> receiver(worker);
    Connection connection = open_connection(runtime, std::move(socket));
    connection.provide<Worker>([&](PendingReceiver<Worker> pending) {
      receiver.bind(std::move(pending), io.get_executor());
    });
    io.run();
  }
};

class CallbackLane final : public FerruleLane {
 public:
  CallbackLane(std::string lane_name, size_t num_bytes)
      : FerruleLane(std::move(lane_name)), request_(num_bytes, 1) {}
  void call() override {
    bool is_done = false;
    worker_->Sum(request_, [&is_done](error_code error, uint64_t) {
      if (error) die("call");
      is_done = true;
    });
    run_until(is_done);
  }

 private:
  std::vector<uint8_t> request_;
};

class CoroutineLane final : public FerruleLane {
 public:
  CoroutineLane(std::string lane_name, size_t num_bytes)
      : FerruleLane(std::move(lane_name)), request_(num_bytes, 1) {
    boost::asio::co_spawn(io_, work(), boost::asio::detached);
  }
  void call() override {
    ++num_wanted_;
    if (resume_) std::exchange(resume_, nullptr)();
    while (num_done_ != num_wanted_) io_.run_one();
  }

 private:
  boost::asio::awaitable<void> work() {
    for (;;) {
      if (num_done_ == num_wanted_) co_await wait_for_work();
      static_cast<void>(co_await worker_->Sum(request_, boost::asio::use_awaitable));
      ++num_done_;
    }
  }
  boost::asio::awaitable<void> wait_for_work() {
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
        [this](auto handler) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          resume_ = [shared] { std::move (*shared)(); };
        },
        boost::asio::use_awaitable);
  }

  std::vector<uint8_t> request_;
  std::function<void()> resume_;
  uint64_t num_wanted_ = 0;
  uint64_t num_done_ = 0;
};

constexpr int kMessagesPerCall = 10000;

/// One-way messages of 64 bytes until the server has counted all of them.
class StreamLane final : public FerruleLane {
 public:
  StreamLane() : FerruleLane("Ferrule, one-way"), message_(64, 1) {}
  void call() override {
    for (int i = 0; i < kMessagesPerCall; ++i) worker_->Count(message_);
    bool is_done = false;
    worker_->TakeCount([&is_done](error_code error, uint64_t count) {
      if (error || count != kMessagesPerCall) die("count");
      is_done = true;
    });
    run_until(is_done);
  }

 private:
  std::vector<uint8_t> message_;
};

/// The same with a write and a read for each message.
class RawStreamLane final : public Lane {
 public:
  RawStreamLane() : Lane("raw, a write and a read each"), message_(64, 1) {
    socket_ = start_server(SOCK_STREAM, [](UniqueFd own) {
      uint8_t message[64];
      for (;;) {
        for (int i = 0; i < kMessagesPerCall; ++i) {
          if (!read_all(own, message)) return;
        }
        write_all(own, message);
      }
    });
  }
  void call() override {
    for (int i = 0; i < kMessagesPerCall; ++i) write_all(socket_, message_);
    uint8_t answer[64];
    if (!read_all(socket_, answer)) die("read");
  }

 private:
  std::vector<uint8_t> message_;
  UniqueFd socket_;
};

// ---- programs -----------------------------------------------------------------------------------

void bench_small() {
  Lanes lanes;
  lanes.push_back(std::make_unique<RawLane>("raw, epoll", 64, true));
  lanes.push_back(std::make_unique<RawLane>("raw, blocking", 64, false));
  lanes.push_back(std::make_unique<CallbackLane>("Ferrule, callback", 64));
  lanes.push_back(std::make_unique<CoroutineLane>("Ferrule, coroutine", 64));
  measure(lanes, "call with 64 bytes", 9, 5000);
}

void bench_large() {
  for (const auto& [title, num_bytes, calls] :
       {std::tuple("call with 64 KiB", size_t{64} << 10, 500),
        std::tuple("call with 1 MiB", size_t{1} << 20, 60),
        std::tuple("call with 33 MB", size_t{33'177'600}, 4)}) {
    Lanes lanes;
    lanes.push_back(std::make_unique<RawLane>("raw socket", num_bytes, false));
    lanes.push_back(std::make_unique<CallbackLane>("Ferrule, array<uint8>", num_bytes));
    measure(lanes, title, 9, calls);
  }
}

void bench_stream() {
  Lanes lanes;
  lanes.push_back(std::make_unique<RawStreamLane>());
  lanes.push_back(std::make_unique<StreamLane>());
  measure(lanes, "10,000 messages of 64 bytes", 9, 5);
}

int run(const std::vector<std::string>& names) {
  if (names.size() == 2 && names[0] == "trace") {
    CallbackLane lane("trace", 64);
    for (int i = 0; i < std::atoi(names[1].c_str()); ++i) lane.call();
    return 0;
  }
  const auto is_chosen = [&names](const char* name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const std::string& name : names) {
    if (name != "small" && name != "large" && name != "stream") {
      std::fprintf(stderr, "usage: ferrule_bench [small|large|stream]... | trace CALLS\n");
      return 2;
    }
  }
  if (is_chosen("small")) bench_small();
  if (is_chosen("large")) bench_large();
  if (is_chosen("stream")) bench_stream();
  return 0;
}

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) { return ferrule::bench::run({argv + 1, argv + argc}); }
