// SPDX-License-Identifier: Apache-2.0
// nng over ipc: REQ and REP for calls, with a context for each that is under way; PUSH and PULL for
// one-way messages.
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <nng/nng.h>
#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>
#include <nng/protocol/reqrep0/rep.h>
#include <nng/protocol/reqrep0/req.h>
#include <unistd.h>

#include "bench/peers/peer.h"

namespace ferrule::bench {
namespace {

constexpr int kNumServerContexts = 16;

void check(int result, const char* what) {
  if (result == 0) return;
  std::fprintf(stderr, "%s: %s\n", what, nng_strerror(result));
  std::_Exit(1);
}

nng_msg* make_message(std::span<const uint8_t> bytes) {
  nng_msg* message = nullptr;
  check(nng_msg_alloc(&message, bytes.size()), "nng_msg_alloc");
  if (!bytes.empty()) std::memcpy(nng_msg_body(message), bytes.data(), bytes.size());
  return message;
}
nng_msg* make_word(uint64_t word) {
  return make_message({reinterpret_cast<const uint8_t*>(&word), sizeof word});
}
uint64_t word_of(nng_msg* message) {
  uint64_t word = 0;
  if (nng_msg_len(message) != sizeof word) check(NNG_EPROTO, "answer");
  std::memcpy(&word, nng_msg_body(message), sizeof word);
  nng_msg_free(message);
  return word;
}
std::span<const uint8_t> bytes_of(nng_msg* message) {
  return {static_cast<const uint8_t*>(nng_msg_body(message)), nng_msg_len(message)};
}

void allow_large(nng_socket socket) {
  check(nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ, 0), "option");
}
std::string address_of(const Job& job) { return "ipc://" + job.address(); }
std::string back_address(const Job& job) { return "ipc://" + job.folder + "/back"; }

/// Makes calls one after the other on a context of its own, until none is left.
class Flier {
 public:
  Flier(nng_socket socket, std::span<const uint8_t> request, std::atomic<int64_t>& num_left,
        const std::function<void()>& on_answer)
      : request_(request), num_left_(num_left), on_answer_(on_answer) {
    check(nng_ctx_open(&context_, socket), "nng_ctx_open");
    check(nng_aio_alloc(
              &aio_, [](void* self) { static_cast<Flier*>(self)->step(); }, this),
          "aio");
  }
  Flier(const Flier&) = delete;
  Flier& operator=(const Flier&) = delete;
  ~Flier() {
    nng_aio_stop(aio_);
    nng_aio_free(aio_);
    nng_ctx_close(context_);
  }

  void send() {
    if (num_left_.fetch_sub(1) <= 0) return;
    is_receiving_ = false;
    nng_aio_set_msg(aio_, make_message(request_));
    nng_ctx_send(context_, aio_);
  }

 private:
  void step() {
    const int result = nng_aio_result(aio_);
    if (result == NNG_ECANCELED || result == NNG_ECLOSED) return;
    check(result, "call");
    if (!std::exchange(is_receiving_, true)) return nng_ctx_recv(context_, aio_);
    word_of(nng_aio_get_msg(aio_));
    send();
    on_answer_();
  }

  const std::span<const uint8_t> request_;
  std::atomic<int64_t>& num_left_;
  const std::function<void()>& on_answer_;
  nng_ctx context_{};
  nng_aio* aio_ = nullptr;
  bool is_receiving_ = false;
};

class NngClient final : public Client {
 public:
  explicit NngClient(const Job& job) {
    if (job.workload == "stream") {
      check(nng_push0_open(&socket_), "open");
      check(nng_pull0_open(&back_), "open");
      check(nng_dial(back_, back_address(job).c_str(), nullptr, 0), "dial");
    } else {
      check(nng_req0_open(&socket_), "open");
    }
    allow_large(socket_);
    check(nng_dial(socket_, address_of(job).c_str(), nullptr, 0), "dial");
  }

  uint64_t call(std::span<const uint8_t> request) override { return finish(make_message(request)); }
  uint64_t send_frame(size_t num_bytes, uint64_t first) override {
    nng_msg* message = nullptr;
    check(nng_msg_alloc(&message, num_bytes), "nng_msg_alloc");
    fill_words({static_cast<uint8_t*>(nng_msg_body(message)), num_bytes}, first);
    return finish(message);
  }

  void stream(std::span<const uint8_t> message, uint64_t count) override {
    for (uint64_t i = 0; i < count; ++i)
      check(nng_sendmsg(socket_, make_message(message), 0), "send");
    check(nng_sendmsg(socket_, make_message({}), 0), "send");
    nng_msg* answer = nullptr;
    check(nng_recvmsg(back_, &answer, 0), "receive");
    if (word_of(answer) != count) check(NNG_EPROTO, "messages are missing");
  }

  void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight) override {
    std::mutex mutex;
    std::condition_variable is_done;
    uint64_t num_answers = 0;
    std::atomic<int64_t> num_left = static_cast<int64_t>(count);
    const std::function<void()> on_answer = [&] {
      const std::lock_guard lock(mutex);
      if (++num_answers == count) is_done.notify_one();
    };
    std::vector<std::unique_ptr<Flier>> fliers;
    for (unsigned i = 0; i < num_in_flight; ++i) {
      fliers.push_back(std::make_unique<Flier>(socket_, request, num_left, on_answer));
      fliers.back()->send();
    }
    std::unique_lock lock(mutex);
    is_done.wait(lock, [&] { return num_answers == count; });
    lock.unlock();
  }

 private:
  uint64_t finish(nng_msg* message) {
    check(nng_sendmsg(socket_, message, 0), "send");
    nng_msg* answer = nullptr;
    check(nng_recvmsg(socket_, &answer, 0), "receive");
    return word_of(answer);
  }

  nng_socket socket_{};
  nng_socket back_{};
};

/// Answers one request after the other on a context of its own.
class Answerer {
 public:
  explicit Answerer(nng_socket socket) {
    check(nng_ctx_open(&context_, socket), "nng_ctx_open");
    check(nng_aio_alloc(
              &aio_, [](void* self) { static_cast<Answerer*>(self)->step(); }, this),
          "aio");
    nng_ctx_recv(context_, aio_);
  }

 private:
  void step() {
    check(nng_aio_result(aio_), "serve");
    is_sending_ = !is_sending_;
    if (!is_sending_) return nng_ctx_recv(context_, aio_);
    nng_msg* request = nng_aio_get_msg(aio_);
    const uint64_t sum = sum_words(bytes_of(request));
    nng_msg_free(request);
    nng_aio_set_msg(aio_, make_word(sum));
    nng_ctx_send(context_, aio_);
  }

  nng_ctx context_{};
  nng_aio* aio_ = nullptr;
  bool is_sending_ = false;
};

class NngPeer final : public Peer {
 public:
  std::string name() const override { return "nng"; }
  std::string settings(const Job& job) const override {
    if (job.workload == "stream") return "ipc, PUSH and PULL";
    return job.workload == "flight" ? "ipc, REQ and REP, a context a call, 16 in the server"
                                    : "ipc, REQ and REP";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    nng_socket socket{};
    if (job.workload == "stream") {
      nng_socket back{};
      check(nng_pull0_open(&socket), "open");
      check(nng_push0_open(&back), "open");
      check(nng_listen(back, back_address(job).c_str(), nullptr, 0), "listen");
      listen(job, socket);
      is_ready();
      count(socket, back);
    }
    check(nng_rep0_open(&socket), "open");
    listen(job, socket);
    is_ready();
    if (job.workload == "flight") {
      std::vector<std::unique_ptr<Answerer>> answerers;
      for (int i = 0; i < kNumServerContexts; ++i) {
        answerers.push_back(std::make_unique<Answerer>(socket));
      }
      for (;;) ::pause();
    }
    for (;;) {
      nng_msg* request = nullptr;
      check(nng_recvmsg(socket, &request, 0), "receive");
      const uint64_t sum = sum_words(bytes_of(request));
      nng_msg_free(request);
      check(nng_sendmsg(socket, make_word(sum), 0), "send");
    }
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    return std::make_unique<NngClient>(job);
  }

 private:
  static void listen(const Job& job, nng_socket socket) {
    allow_large(socket);
    check(nng_listen(socket, address_of(job).c_str(), nullptr, 0), "listen");
  }
  [[noreturn]] static void count(nng_socket socket, nng_socket back) {
    uint64_t count = 0;
    for (;;) {
      nng_msg* message = nullptr;
      check(nng_recvmsg(socket, &message, 0), "receive");
      const bool is_last = nng_msg_len(message) == 0;
      nng_msg_free(message);
      if (!is_last) {
        ++count;
      } else {
        check(nng_sendmsg(back, make_word(std::exchange(count, 0)), 0), "send");
      }
    }
  }
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  return ferrule::bench::run_peer(argc, argv, ferrule::bench::NngPeer());
}
