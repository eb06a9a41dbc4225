// SPDX-License-Identifier: Apache-2.0
// ZeroMQ over ipc: REQ and REP for calls, DEALER and ROUTER for many at once, PUSH and PULL for
// one-way messages.
#include <cstring>
#include <zmq.h>

#include "bench/peers/peer.h"

namespace ferrule::bench {
namespace {

int check(int result, const char* what) {
  if (result != -1) return result;
  std::fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
  std::_Exit(1);
}

class Message {
 public:
  Message() { zmq_msg_init(&message_); }
  explicit Message(size_t num_bytes) { check(zmq_msg_init_size(&message_, num_bytes), "init"); }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  ~Message() { zmq_msg_close(&message_); }

  std::span<uint8_t> bytes() {
    return {static_cast<uint8_t*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)};
  }
  void receive(void* socket) { check(zmq_msg_recv(&message_, socket, 0), "receive"); }
  void send(void* socket, int flags = 0) { check(zmq_msg_send(&message_, socket, flags), "send"); }

 private:
  zmq_msg_t message_;
};

void send_word(void* socket, uint64_t word) {
  check(zmq_send(socket, &word, sizeof word, 0), "send");
}
uint64_t receive_word(void* socket) {
  uint64_t word = 0;
  check(zmq_recv(socket, &word, sizeof word, 0), "receive");
  return word;
}

struct Kind {
  int client;
  int server;
};
Kind kind_of(const Job& job) {
  if (job.workload == "stream") return {ZMQ_PUSH, ZMQ_PULL};
  if (job.workload == "flight") return {ZMQ_DEALER, ZMQ_ROUTER};
  return {ZMQ_REQ, ZMQ_REP};
}

void* make_socket(void* context, int kind) {
  void* socket = zmq_socket(context, kind);
  const int limit = 100'000;
  const int linger = 0;
  check(zmq_setsockopt(socket, ZMQ_SNDHWM, &limit, sizeof limit), "option");
  check(zmq_setsockopt(socket, ZMQ_RCVHWM, &limit, sizeof limit), "option");
  check(zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger), "option");
  return socket;
}
std::string back_address(const Job& job) { return "ipc://" + job.folder + "/back"; }

class ZeroMqClient final : public Client {
 public:
  explicit ZeroMqClient(const Job& job)
      : context_(zmq_ctx_new()), socket_(make_socket(context_, kind_of(job).client)) {
    check(zmq_connect(socket_, ("ipc://" + job.address()).c_str()), "connect");
    if (job.workload != "stream") return;
    back_ = make_socket(context_, ZMQ_PULL);
    check(zmq_connect(back_, back_address(job).c_str()), "connect");
  }
  ~ZeroMqClient() override {
    zmq_close(socket_);
    if (back_ != nullptr) zmq_close(back_);
    zmq_ctx_term(context_);
  }

  uint64_t call(std::span<const uint8_t> request) override {
    check(zmq_send(socket_, request.data(), request.size(), 0), "send");
    return receive_word(socket_);
  }
  uint64_t send_frame(size_t num_bytes, uint64_t first) override {
    Message message(num_bytes);
    fill_words(message.bytes(), first);
    message.send(socket_);
    return receive_word(socket_);
  }
  void stream(std::span<const uint8_t> message, uint64_t count) override {
    for (uint64_t i = 0; i < count; ++i) {
      check(zmq_send(socket_, message.data(), message.size(), 0), "send");
    }
    check(zmq_send(socket_, nullptr, 0, 0), "send");
    if (receive_word(back_) != count) {
      std::fprintf(stderr, "messages are missing\n");
      std::_Exit(1);
    }
  }
  void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight) override {
    const auto receive = [this] {
      Message delimiter;
      delimiter.receive(socket_);
      receive_word(socket_);
    };
    for (uint64_t i = 0; i < count; ++i) {
      if (i >= num_in_flight) receive();
      check(zmq_send(socket_, nullptr, 0, ZMQ_SNDMORE), "send");
      check(zmq_send(socket_, request.data(), request.size(), 0), "send");
    }
    for (uint64_t i = 0; i < std::min<uint64_t>(count, num_in_flight); ++i) receive();
  }

 private:
  void* context_;
  void* socket_;
  void* back_ = nullptr;
};

class ZeroMqPeer final : public Peer {
 public:
  std::string name() const override { return "ZeroMQ"; }
  std::string settings(const Job& job) const override {
    const Kind kind = kind_of(job);
    const char* names = kind.client == ZMQ_REQ    ? "REQ and REP"
                        : kind.client == ZMQ_PUSH ? "PUSH and PULL"
                                                  : "DEALER and ROUTER";
    return std::string("ipc, ") + names + ", one I/O thread a side, high-water marks of 100,000";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    void* context = zmq_ctx_new();
    void* socket = make_socket(context, kind_of(job).server);
    check(zmq_bind(socket, ("ipc://" + job.address()).c_str()), "bind");
    if (job.workload == "stream") {
      void* back = make_socket(context, ZMQ_PUSH);
      check(zmq_bind(back, back_address(job).c_str()), "bind");
      is_ready();
      count(socket, back);
    }
    is_ready();
    for (;;) {
      Message sender;
      Message delimiter;
      Message body;
      if (job.workload == "flight") {
        sender.receive(socket);
        delimiter.receive(socket);
      }
      body.receive(socket);
      const uint64_t sum = sum_words(body.bytes());
      if (job.workload == "flight") {
        sender.send(socket, ZMQ_SNDMORE);
        delimiter.send(socket, ZMQ_SNDMORE);
      }
      send_word(socket, sum);
    }
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    return std::make_unique<ZeroMqClient>(job);
  }

 private:
  [[noreturn]] static void count(void* socket, void* back) {
    uint64_t count = 0;
    Message message;
    for (;;) {
      message.receive(socket);
      if (!message.bytes().empty()) {
        ++count;
      } else {
        send_word(back, std::exchange(count, 0));
      }
    }
  }
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  return ferrule::bench::run_peer(argc, argv, ferrule::bench::ZeroMqPeer());
}
