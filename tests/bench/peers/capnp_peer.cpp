// SPDX-License-Identifier: Apache-2.0
// Cap'n Proto's RPC over a Unix socket, one thread on each side. One-way messages are calls of a
// streaming method, which the library holds to a window. A frame is filled where the message is.
#include <capnp/ez-rpc.h>
#include <cstring>
#include <deque>

#include "bench/peers/peer.h"
#include "peer.capnp.h"

namespace ferrule::bench {
namespace {

using capnp_peer::Worker;

capnp::ReaderOptions reader_options() {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = uint64_t{1} << 30;
  return options;
}

class WorkerImpl final : public Worker::Server {
 public:
  kj::Promise<void> sum(SumContext context) override {
    const auto bytes = context.getParams().getBytes();
    const uint64_t sum = sum_words({bytes.begin(), bytes.size()});
    context.getResults(capnp::MessageSize{4, 0}).setSum(sum);
    return kj::READY_NOW;
  }
  kj::Promise<void> count(CountContext /*context*/) override {
    ++count_;
    return kj::READY_NOW;
  }
  kj::Promise<void> takeCount(TakeCountContext context) override {
    context.getResults().setCount(std::exchange(count_, 0));
    return kj::READY_NOW;
  }

 private:
  uint64_t count_ = 0;
};

class CapnpClient final : public Client {
 public:
  explicit CapnpClient(const Job& job)
      : connection_(std::make_unique<Connection>("unix:" + job.address())) {}

  uint64_t call(std::span<const uint8_t> request) override {
    return start(request).wait(wait_scope());
  }
  uint64_t send_frame(size_t num_bytes, uint64_t first) override {
    auto request = connection_->worker.sumRequest(size_of(num_bytes));
    auto bytes = request.initBytes(static_cast<unsigned>(num_bytes));
    fill_words({bytes.begin(), bytes.size()}, first);
    return request.send().wait(wait_scope()).getSum();
  }

  void stream(std::span<const uint8_t> message, uint64_t count) override {
    for (uint64_t i = 0; i < count; ++i) {
      auto request = connection_->worker.countRequest(size_of(message.size()));
      std::memcpy(request.initBytes(static_cast<unsigned>(message.size())).begin(), message.data(),
                  message.size());
      request.send().wait(wait_scope());
    }
    const auto answer = connection_->worker.takeCountRequest().send().wait(wait_scope());
    if (answer.getCount() != count) die("messages are missing");
  }

  void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight) override {
    std::deque<kj::Promise<uint64_t>> calls;
    for (uint64_t i = 0; i < count; ++i) {
      if (calls.size() == num_in_flight) wait_for_first(calls);
      calls.push_back(start(request));
    }
    while (!calls.empty()) wait_for_first(calls);
  }

 private:
  static capnp::MessageSize size_of(size_t num_bytes) { return {num_bytes / 8 + 8, 0}; }

  kj::Promise<uint64_t> start(std::span<const uint8_t> bytes) {
    auto request = connection_->worker.sumRequest(size_of(bytes.size()));
    auto out = request.initBytes(static_cast<unsigned>(bytes.size()));
    if (!bytes.empty()) std::memcpy(out.begin(), bytes.data(), bytes.size());
    return request.send().then(
        [](capnp::Response<Worker::SumResults>&& answer) { return answer.getSum(); });
  }
  void wait_for_first(std::deque<kj::Promise<uint64_t>>& calls) {
    kj::Promise<uint64_t> first = std::move(calls.front());
    calls.pop_front();
    first.wait(wait_scope());
  }

  kj::WaitScope& wait_scope() { return connection_->client.getWaitScope(); }

  // The library's destructors may throw; behind a pointer that is its own affair.
  struct Connection {
    explicit Connection(const std::string& address)
        : client(address, 0, reader_options()), worker(client.getMain<Worker>()) {}
    capnp::EzRpcClient client;
    Worker::Client worker;
  };
  std::unique_ptr<Connection> connection_;
};

class CapnpPeer final : public Peer {
 public:
  std::string name() const override { return "Cap'n Proto"; }
  std::string settings(const Job&) const override {
    return "RPC over a Unix socket, one thread a side, requests of the right size at once, "
           "streaming for one-way messages";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    capnp::EzRpcServer server(kj::heap<WorkerImpl>(), "unix:" + job.address(), 0, reader_options());
    server.getPort().wait(server.getWaitScope());
    is_ready();
    kj::NEVER_DONE.wait(server.getWaitScope());
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    return std::make_unique<CapnpClient>(job);
  }
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  return ferrule::bench::run_peer(argc, argv, ferrule::bench::CapnpPeer());
}
