// SPDX-License-Identifier: Apache-2.0
// iceoryx: requests and messages in memory that both sides share, with its daemon, which is started
// for the run and is not counted. Who waits sleeps in a WaitSet. A frame is filled where it is
// read.
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <iceoryx_posh/popo/untyped_client.hpp>
#include <iceoryx_posh/popo/untyped_publisher.hpp>
#include <iceoryx_posh/popo/untyped_server.hpp>
#include <iceoryx_posh/popo/untyped_subscriber.hpp>
#include <iceoryx_posh/popo/wait_set.hpp>
#include <iceoryx_posh/runtime/posh_runtime.hpp>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "ferrule/base/unique_fd.h"

#include "bench/peers/peer.h"

namespace ferrule::bench {
namespace {

using iox::popo::RequestHeader;

constexpr uint32_t kAlignment = 64;
constexpr uint64_t kEndOfStream = ~uint64_t{0};

const iox::capro::ServiceDescription kCalls{"Bench", "Worker", "Sum"};
const iox::capro::ServiceDescription kMessages{"Bench", "Worker", "Count"};

void check(bool is_right, const char* what) {
  if (is_right) return;
  std::fprintf(stderr, "iceoryx: %s\n", what);
  std::_Exit(1);
}

pid_t start_child(const std::function<int()>& work) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) die("fork");
  if (child != 0) return child;
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent) std::_Exit(1);
  std::exit(work());
}

/// iox-roudi, with memory for messages of all sizes. Has to end after those who use it.
class Daemon {
 public:
  Daemon() {
    std::string config = "/tmp/ferrule-bench-XXXXXX";
    const UniqueFd file(::mkstemp(config.data()));
    write_config(file);
    int output[2];
    if (::pipe2(output, O_CLOEXEC) != 0) die("pipe2");
    id_ = start_child([&] {
      ::dup2(output[1], STDOUT_FILENO);
      ::close(STDERR_FILENO);
      ::execlp("iox-roudi", "iox-roudi", "-m", "off", "-c", config.c_str(), nullptr);
      return 1;
    });
    ::close(output[1]);
    std::string text;
    for (char byte; text.find("ready for clients") == std::string::npos; text += byte) {
      check(::read(output[0], &byte, 1) == 1, "iox-roudi does not start");
    }
    ::unlink(config.c_str());
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() {
    // It tidies up, or waits for a lock that the server held when it was killed.
    ::kill(id_, SIGTERM);
    for (int i = 0; i < 100; ++i) {
      if (::waitpid(id_, nullptr, WNOHANG) == id_) return;
      ::usleep(10'000);
    }
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }

 private:
  static void write_config(const UniqueFd& file) {
    std::string text = "[general]\nversion = 1\n[[segment]]\n";
    const std::pair<size_t, size_t> pools[] = {
        {256, 4096}, {2048, 256}, {66'048, 64}, {1'049'600, 16}, {34'000'000, 8}};
    for (const auto& [size, count] : pools) {
      text += "[[segment.mempool]]\nsize = " + std::to_string((size + 63) / 64 * 64) +
              "\ncount = " + std::to_string(count) + "\n";
    }
    const auto num_bytes = static_cast<ssize_t>(text.size());
    if (::write(file.get(), text.data(), text.size()) != num_bytes) die("write");
  }

  pid_t id_;
};

void join_daemon(const std::string& name) {
  iox::runtime::PoshRuntime::initRuntime(
      iox::RuntimeName_t(iox::cxx::TruncateToCapacity, name + std::to_string(::getpid())));
}

/// The size of what is sent stands in front of it.
std::span<uint8_t> body_of(void* payload, size_t num_bytes) {
  const uint64_t size = num_bytes;
  std::memcpy(payload, &size, sizeof size);
  return {static_cast<uint8_t*>(payload) + sizeof size, num_bytes};
}
std::span<const uint8_t> body_of(const void* payload) {
  uint64_t size;
  std::memcpy(&size, payload, sizeof size);
  return {static_cast<const uint8_t*>(payload) + sizeof size, size};
}
uint32_t chunk_size(size_t num_bytes) {
  return static_cast<uint32_t>(num_bytes + sizeof(uint64_t));
}

template <class Port, class State>
class Waiter {
 public:
  Waiter(Port& port, State state) {
    check(!set_.attachState(port, state).has_error(), "attachState");
  }
  void wait() { set_.wait(); }

 private:
  iox::popo::WaitSet<1> set_;
};

class CallClient {
 public:
  CallClient() {
    while (client_.getConnectionState() != iox::ConnectionState::CONNECTED) {
      std::this_thread::yield();
    }
  }
  template <class Fill>
  uint64_t call(size_t num_bytes, Fill fill) {
    auto loan = client_.loan(chunk_size(num_bytes), kAlignment);
    check(!loan.has_error(), "loan");
    void* request = loan.value();
    fill(body_of(request, num_bytes));
    RequestHeader::fromPayload(request)->setSequenceId(next_id_++);
    check(!client_.send(request).has_error(), "send");
    for (;;) {
      auto taken = client_.take();
      if (taken.has_error()) {
        waiter_.wait();
        continue;
      }
      uint64_t answer;
      std::memcpy(&answer, taken.value(), sizeof answer);
      client_.releaseResponse(taken.value());
      return answer;
    }
  }

 private:
  iox::popo::UntypedClient client_{kCalls};
  Waiter<iox::popo::UntypedClient, iox::popo::ClientState> waiter_{
      client_, iox::popo::ClientState::HAS_RESPONSE};
  int64_t next_id_ = 0;
};

class IceoryxClient final : public Client {
 public:
  explicit IceoryxClient(const Job& job) {
    if (job.workload != "stream") return;
    iox::popo::PublisherOptions options;
    options.subscriberTooSlowPolicy = iox::popo::ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
    publisher_ = std::make_unique<iox::popo::UntypedPublisher>(kMessages, options);
    while (!publisher_->hasSubscribers()) std::this_thread::yield();
  }

  uint64_t call(std::span<const uint8_t> request) override {
    return calls_.call(request.size(), [&](std::span<uint8_t> out) {
      if (!out.empty()) std::memcpy(out.data(), request.data(), out.size());
    });
  }
  uint64_t send_frame(size_t num_bytes, uint64_t first) override {
    return calls_.call(num_bytes, [&](std::span<uint8_t> out) { fill_words(out, first); });
  }
  void stream(std::span<const uint8_t> message, uint64_t count) override {
    for (uint64_t i = 0; i < count; ++i) publish(message);
    std::vector<uint8_t> last(sizeof kEndOfStream);
    std::memcpy(last.data(), &kEndOfStream, sizeof kEndOfStream);
    publish(last);
    check(calls_.call(0, [](std::span<uint8_t>) {}) == count, "messages are missing");
  }

 private:
  void publish(std::span<const uint8_t> message) {
    auto loan = publisher_->loan(chunk_size(message.size()), kAlignment);
    check(!loan.has_error(), "loan");
    void* payload = loan.value();
    std::memcpy(body_of(payload, message.size()).data(), message.data(), message.size());
    publisher_->publish(payload);
  }

  CallClient calls_;
  std::unique_ptr<iox::popo::UntypedPublisher> publisher_;
};

class CallServer {
 public:
  /// Answers what is there, with what `answer_to` makes of the bytes.
  template <class AnswerTo>
  void serve(AnswerTo answer_to) {
    for (;;) {
      auto taken = server_.take();
      if (taken.has_error()) return;
      const void* request = taken.value();
      const uint64_t answer = answer_to(body_of(request));
      auto loan = server_.loan(RequestHeader::fromPayload(request), sizeof answer, kAlignment);
      check(!loan.has_error(), "loan");
      std::memcpy(loan.value(), &answer, sizeof answer);
      server_.releaseRequest(request);
      check(!server_.send(loan.value()).has_error(), "send");
    }
  }
  void wait() { waiter_.wait(); }

 private:
  iox::popo::UntypedServer server_{kCalls};
  Waiter<iox::popo::UntypedServer, iox::popo::ServerState> waiter_{
      server_, iox::popo::ServerState::HAS_REQUEST};
};

class IceoryxPeer final : public Peer {
 public:
  std::string name() const override { return "iceoryx"; }
  std::string settings(const Job& job) const override {
    return job.workload == "stream" ? "publisher that waits for its subscriber, WaitSet"
                                    : "client and server, WaitSet on both sides";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    join_daemon("server");
    CallServer calls;
    if (job.workload == "stream") {
      iox::popo::SubscriberOptions options;
      options.queueFullPolicy = iox::popo::QueueFullPolicy::BLOCK_PRODUCER;
      iox::popo::UntypedSubscriber subscriber(kMessages, options);
      is_ready();
      count(subscriber, calls);
    }
    is_ready();
    for (;;) {
      calls.wait();
      calls.serve([](std::span<const uint8_t> bytes) { return sum_words(bytes); });
    }
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    if (job.workload == "flight") throw Unsupported();
    join_daemon("client");
    return std::make_unique<IceoryxClient>(job);
  }

 private:
  [[noreturn]] static void count(iox::popo::UntypedSubscriber& subscriber, CallServer& calls) {
    Waiter waiter(subscriber, iox::popo::SubscriberState::HAS_DATA);
    uint64_t count = 0;
    for (;;) {
      auto taken = subscriber.take();
      if (taken.has_error()) {
        waiter.wait();
        continue;
      }
      uint64_t first = 0;
      const std::span<const uint8_t> body = body_of(taken.value());
      if (body.size() >= sizeof first) std::memcpy(&first, body.data(), sizeof first);
      subscriber.release(taken.value());
      ++count;
      if (first != kEndOfStream) continue;
      calls.wait();
      calls.serve([&](std::span<const uint8_t>) { return std::exchange(count, 0) - 1; });
    }
  }
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  using namespace ferrule::bench;
  parse_job(argc, argv);
  const Daemon daemon;
  const pid_t worker = start_child([&]() -> int {
    const int result = run_peer(argc, argv, IceoryxPeer());
    // Without the goodbye of the library to the daemon, which may not answer any more.
    std::fflush(stdout);
    std::_Exit(result);
  });
  int status = 0;
  ::waitpid(worker, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
