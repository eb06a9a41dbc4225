// SPDX-License-Identifier: Apache-2.0
// What the kernel gives to anybody: a Unix stream socket, one system call to write a message and
// one to read it. Both sides know how long a message is, so nothing is framed. The variant "epoll"
// waits with epoll_wait before each message, as any event loop must; "blocking" does not.
#include <algorithm>
#include <list>

#include "bench/peers/peer.h"
#include "bench/peers/raw_socket.h"

namespace ferrule::bench {
namespace {

/// The first word of the message behind the last one of a stream.
constexpr uint64_t kEndOfStream = ~uint64_t{0};

class SocketServer {
 public:
  explicit SocketServer(const Job& job) : is_stream_(job.workload == "stream") {
    request_.resize(job.num_raw_bytes());
  }

  /// Reads one message and does what it asks for. False when the client is gone.
  bool serve_one(const UniqueFd& socket) {
    if (!read_all(socket, request_)) return false;
    if (!is_stream_) {
      write_word(socket, sum_words(request_));
      return true;
    }
    ++count_;
    uint64_t first;
    __builtin_memcpy(&first, request_.data(), sizeof first);
    if (first == kEndOfStream) write_word(socket, std::exchange(count_, 0) - 1);
    return true;
  }

 private:
  std::vector<uint8_t> request_;
  const bool is_stream_;
  uint64_t count_ = 0;
};

class SocketClient final : public Client {
 public:
  explicit SocketClient(const Job& job)
      : socket_(connect_to(job.address())), epoll_(make_epoll()), waits_(job.variant == "epoll") {
    watch(epoll_, socket_, 0);
  }

  uint64_t call(std::span<const uint8_t> request) override {
    send(request);
    return receive();
  }

  void stream(std::span<const uint8_t> message, uint64_t count) override {
    for (uint64_t i = 0; i < count; ++i) write_all(socket_, message);
    std::vector<uint8_t> last(message.size());
    __builtin_memcpy(last.data(), &kEndOfStream, sizeof kEndOfStream);
    write_all(socket_, last);
    if (receive() != count) die("messages are missing");
  }

  void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight) override {
    const uint64_t head_start = std::min<uint64_t>(count, num_in_flight);
    for (uint64_t i = 0; i < head_start; ++i) send(request);
    for (uint64_t i = head_start; i < count; ++i) {
      receive();
      send(request);
    }
    for (uint64_t i = 0; i < head_start; ++i) receive();
  }

 private:
  void send(std::span<const uint8_t> request) {
    static constexpr uint8_t kNothing = 0;
    write_all(socket_, request.empty() ? std::span(&kNothing, 1) : request);
  }
  uint64_t receive() {
    uint64_t answer;
    if (waits_) wait_for(epoll_);
    if (!read_word(socket_, answer)) die("the server is gone");
    return answer;
  }

  const UniqueFd socket_;
  const UniqueFd epoll_;
  const bool waits_;
};

class SocketPeer final : public Peer {
 public:
  std::string name() const override { return "raw socket"; }
  std::string settings(const Job& job) const override {
    return "AF_UNIX stream, default buffers, one system call a message" +
           std::string(job.variant == "epoll" ? ", epoll_wait before each read" : "");
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    const UniqueFd listener = listen_at(job.address());
    is_ready();
    if (job.variant == "epoll") {
      serve_with_epoll(job, listener);
    } else {
      serve_blocking(job, listener);
    }
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    return std::make_unique<SocketClient>(job);
  }

 private:
  static void serve_blocking(const Job& job, const UniqueFd& listener) {
    const UniqueFd socket = accept_from(listener);
    SocketServer server(job);
    while (server.serve_one(socket)) {
    }
    ::pause();
  }

  static void serve_with_epoll(const Job& job, const UniqueFd& listener) {
    struct Connection {
      SocketServer server;
      UniqueFd socket;
    };
    std::list<Connection> connections;
    const UniqueFd epoll = make_epoll();
    watch(epoll, listener, 0);
    for (;;) {
      const auto event = wait_for(epoll);
      if (event == 0) {
        Connection& added =
            connections.emplace_back(Connection{SocketServer(job), accept_from(listener)});
        watch(epoll, added.socket, reinterpret_cast<uintptr_t>(&added));
        continue;
      }
      auto* connection = reinterpret_cast<Connection*>(event);
      if (!connection->server.serve_one(connection->socket)) {
        connections.remove_if([&](const Connection& each) { return &each == connection; });
      }
    }
  }
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  return ferrule::bench::run_peer(argc, argv, ferrule::bench::SocketPeer());
}
