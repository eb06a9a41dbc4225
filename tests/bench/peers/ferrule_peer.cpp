// SPDX-License-Identifier: Apache-2.0
// Ferrule, through generated code; each process has one thread that runs one io_context. The
// variant "async" calls with callbacks, "sync" with `use_sync`, "buffer" with callbacks and a
// `BigBuffer`; in "buffer-forwarded" the call passes through two more processes. "ring" lends
// frames of a `SharedRing`.
#include <algorithm>
#include <atomic>
#include <new>
#include <sys/mman.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "bench.idl.h"
#include "bench/micro/allocation_count.h"
#include "bench/peers/peer.h"
#include "bench/peers/processes.h"

namespace ferrule::bench {
namespace {

/// After so many one-way messages the sender looks whether there is room for more. A pipe that may
/// be written to again takes at least a quarter of its window, which is more.
constexpr uint64_t kMessagesPerLook = 1024;

/// As many as the floor has of recycled buffers.
constexpr size_t kNumRingFrames = 4;

/// What the server counted of itself, where both processes can see it.
using ServerAllocations = std::atomic<uint64_t>;

class WorkerImpl final : public Worker {
 public:
  explicit WorkerImpl(ServerAllocations& allocations) : allocations_(allocations) {}

  void Sum(Bytes bytes, Reply<uint64_t> reply) override {
    allocations_ = micro::num_allocations();
    reply(sum_words(bytes));
  }
  void SumBuffer(BigBuffer buffer, Reply<uint64_t> reply) override {
    allocations_ = micro::num_allocations();
    reply(sum_words(buffer.bytes()));
  }
  void UseRing(common::SharedRing ring) override {
    ring_ = SharedRingConsumer::open(std::move(ring)).value();
  }
  void SumFrame(common::SharedFrame frame, Reply<uint64_t> reply) override {
    allocations_ = micro::num_allocations();
    const SharedRingView view = ring_.take(frame).value();
    reply(sum_words(view.bytes()));
  }
  void Count(Bytes /*bytes*/) override { ++count_; }
  void TakeCount(Reply<uint64_t> reply) override {
    allocations_ = micro::num_allocations();
    reply(std::exchange(count_, 0));
  }

 private:
  ServerAllocations& allocations_;
  SharedRingConsumer ring_;
  uint64_t count_ = 0;
};

void check(error_code error) {
  if (!error) return;
  std::fprintf(stderr, "a call failed: %s\n", error.message().c_str());
  std::_Exit(1);
}

auto pass_to(Reply<uint64_t> reply) {
  return [reply = std::move(reply)](error_code error, uint64_t result) mutable {
    check(error);
    reply(result);
  };
}

/// Has somebody else do the work.
class RelayImpl final : public Worker {
 public:
  explicit RelayImpl(Remote<Worker>& next) : next_(next) {}

  void Sum(Bytes bytes, Reply<uint64_t> reply) override {
    next_->Sum(bytes, pass_to(std::move(reply)));
  }
  void SumBuffer(BigBuffer buffer, Reply<uint64_t> reply) override {
    next_->SumBuffer(std::move(buffer), pass_to(std::move(reply)));
  }
  void UseRing(common::SharedRing ring) override { next_->UseRing(std::move(ring)); }
  void SumFrame(common::SharedFrame frame, Reply<uint64_t> reply) override {
    next_->SumFrame(frame, pass_to(std::move(reply)));
  }
  void Count(Bytes bytes) override { next_->Count(bytes); }
  void TakeCount(Reply<uint64_t> reply) override { next_->TakeCount(pass_to(std::move(reply))); }

 private:
  Remote<Worker>& next_;
};

class FerruleClient final : public Client {
 public:
  FerruleClient(const Job& job, const ServerAllocations& server_allocations)
      : is_sync_(job.variant == "sync"),
        has_buffers_(job.variant.starts_with("buffer")),
        has_ring_(job.variant == "ring"),
        server_allocations_(server_allocations),
        connection_(runtime_.connect(job.address()).value()) {
    worker_.bind(connection_.request<Worker>(), io_.get_executor());
    if (!has_ring_) return;
    const SharedRingOptions options{.num_frames = kNumRingFrames,
                                    .frame_bytes = job.num_raw_bytes()};
    ring_ = SharedRingProducer::create(io_.get_executor(), options).value();
    worker_->UseRing(ring_.take_reader());
  }

  uint64_t call(std::span<const uint8_t> request) override {
    if (is_sync_) return worker_->Sum(request, use_sync).value();
    if (has_buffers_ || has_ring_) {
      return send_filled(request.size(), [&](std::span<uint8_t> bytes) {
        std::copy(request.begin(), request.end(), bytes.begin());
      });
    }
    return wait_for_sum([&](auto callback) { worker_->Sum(request, std::move(callback)); });
  }
  uint64_t send_frame(size_t num_bytes, uint64_t first) override {
    if (!has_buffers_ && !has_ring_) return Client::send_frame(num_bytes, first);
    return send_filled(num_bytes, [&](std::span<uint8_t> bytes) { fill_words(bytes, first); });
  }

  void stream(std::span<const uint8_t> message, uint64_t count) override {
    bool is_done = false;
    send_some(message, count, [&] {
      worker_->TakeCount([&](error_code error, uint64_t result) {
        check(error);
        if (result != count) die("messages are missing");
        is_done = true;
      });
    });
    run_until(is_done);
  }

  void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight) override {
    num_to_send_ = count;
    num_open_ = 0;
    for (unsigned i = 0; i < std::min<uint64_t>(count, num_in_flight); ++i) send_next(request);
    while (num_open_ != 0) io_.run_one();
  }

  std::vector<std::pair<std::string, double>> counters() const override {
    const ConnectionCounters counters = connection_.counters();
    return {{"client_sends", static_cast<double>(counters.num_send_calls)},
            {"client_receives", static_cast<double>(counters.num_receive_calls)},
            {"client_allocations", static_cast<double>(micro::num_allocations())},
            {"server_allocations", static_cast<double>(server_allocations_.load())}};
  }

 private:
  template <class Fill>
  uint64_t send_filled(size_t num_bytes, Fill fill) {
    if (has_ring_) {
      SharedRingFrame frame = ring_.try_acquire().value();
      fill(frame.bytes());
      return wait_for_sum([&](auto callback) {
        worker_->SumFrame(std::move(frame).share(num_bytes), std::move(callback));
      });
    }
    BigBuffer buffer = BigBuffer::make(num_bytes).value();
    fill(buffer.mutable_bytes());
    return wait_for_sum(
        [&](auto callback) { worker_->SumBuffer(std::move(buffer), std::move(callback)); });
  }
  template <class Send>
  uint64_t wait_for_sum(Send send) {
    uint64_t result = 0;
    bool is_done = false;
    send([&](error_code error, uint64_t sum) {
      check(error);
      result = sum;
      is_done = true;
    });
    run_until(is_done);
    return result;
  }
  void run_until(const bool& is_done) {
    while (!is_done) io_.run_one();
  }

  void send_some(std::span<const uint8_t> message, uint64_t count, std::function<void()> then) {
    for (uint64_t i = 0; i < std::min(count, kMessagesPerLook); ++i) worker_->Count(message);
    if (count <= kMessagesPerLook) return then();
    worker_.async_wait_writable(
        [this, message, rest = count - kMessagesPerLook, then](error_code error) {
          check(error);
          send_some(message, rest, then);
        });
  }

  void send_next(std::span<const uint8_t> request) {
    --num_to_send_;
    ++num_open_;
    worker_->Sum(request, [this, request](error_code error, uint64_t) {
      check(error);
      --num_open_;
      if (num_to_send_ != 0) send_next(request);
    });
  }

  const bool is_sync_;
  const bool has_buffers_;
  const bool has_ring_;
  const ServerAllocations& server_allocations_;
  boost::asio::io_context io_{1};
  const boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  Runtime runtime_{io_.get_executor()};
  Connection connection_;
  Remote<Worker> worker_;
  SharedRingProducer ring_;
  uint64_t num_to_send_ = 0;
  uint64_t num_open_ = 0;
};

class FerrulePeer final : public Peer {
 public:
  FerrulePeer() {
    void* memory = ::mmap(nullptr, sizeof(ServerAllocations), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) die("mmap");
    server_allocations_ = new (memory) ServerAllocations(0);
  }
  std::string name() const override { return "Ferrule"; }
  std::string settings(const Job& job) const override {
    return std::string(job.variant == "sync" ? "use_sync" : "callbacks") +
           (job.variant.starts_with("buffer") ? ", BigBuffer" : "") +
           (job.variant == "ring" ? ", SharedRing of 4" : "") +
           (job.variant == "buffer-forwarded" ? " through two more processes" : "") +
           ", one thread and one io_context on each side";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    if (job.variant != "buffer-forwarded") return serve_with(own_worker(), job.address(), is_ready);
    const std::string last = job.address() + "-last";
    const std::string middle = job.address() + "-middle";
    const ServerProcess server([&](const auto& ready) { serve_with(own_worker(), last, ready); });
    const ServerProcess relay([&](const auto& ready) { forward(last, middle, ready); });
    forward(middle, job.address(), is_ready);
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    return std::make_unique<FerruleClient>(job, *server_allocations_);
  }

 private:
  /// Makes what a visitor's calls go to.
  using MakeWorker = std::function<std::unique_ptr<Worker>()>;

  MakeWorker own_worker() {
    return [this] { return std::make_unique<WorkerImpl>(*server_allocations_); };
  }
  static void serve_with(const MakeWorker& make, const std::string& address,
                         const std::function<void()>& is_ready) {
    boost::asio::io_context io(1);
    Runtime runtime(io.get_executor());
    serve_on(io, runtime, make, address, is_ready);
  }
  static void forward(const std::string& from, const std::string& to,
                      const std::function<void()>& is_ready) {
    boost::asio::io_context io(1);
    Runtime runtime(io.get_executor());
    Connection connection = runtime.connect(from).value();
    Remote<Worker> next(connection.request<Worker>(), io.get_executor());
    serve_on(
        io, runtime, [&next] { return std::make_unique<RelayImpl>(next); }, to, is_ready);
  }
  static void serve_on(boost::asio::io_context& io, Runtime& runtime, const MakeWorker& make,
                       const std::string& address, const std::function<void()>& is_ready) {
    struct Visitor {
      explicit Visitor(std::unique_ptr<Worker> made) : worker(std::move(made)) {}
      std::unique_ptr<Worker> worker;
      Receiver<Worker> receiver{*worker};
      Connection connection;
    };
    std::vector<std::unique_ptr<Visitor>> visitors;
    const Listener listener =
        runtime
            .listen(address,
                    [&](Connection connection) {
                      Visitor& visitor = *visitors.emplace_back(std::make_unique<Visitor>(make()));
                      visitor.connection = std::move(connection);
                      visitor.connection.provide<Worker>(
                          [&io, &visitor](PendingReceiver<Worker> pending) {
                            visitor.receiver.bind(std::move(pending), io.get_executor());
                          });
                    })
            .value();
    is_ready();
    io.run();
  }

  ServerAllocations* server_allocations_;
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  return ferrule::bench::run_peer(argc, argv, ferrule::bench::FerrulePeer());
}
