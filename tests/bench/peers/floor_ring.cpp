// SPDX-License-Identifier: Apache-2.0
// Two rings of bytes in shared memory, one each way. Who finds nothing to read, or no room, looks
// again a bounded number of times and then sleeps on a futex. What no system call at all can give,
// where both processes have a core of their own.
#include <atomic>
#include <cstring>
#include <immintrin.h>
#include <linux/futex.h>
#include <new>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/peers/peer.h"

namespace ferrule::bench {
namespace {

constexpr size_t kRingBytes = size_t{1} << 20;
constexpr size_t kPieceBytes = size_t{64} << 10;  // the reader begins when so much is there
constexpr int kNumLooks = 3000;                   // about 50 microseconds
constexpr uint64_t kEndOfStream = ~uint64_t{0};

/// Of bytes, between one writer and one reader.
class Ring {
 public:
  void write(std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
      const uint64_t head = head_.load(std::memory_order_relaxed);
      wait(writer_, [&] { return head - tail_.load(std::memory_order_acquire) < kRingBytes; });
      const size_t room = kRingBytes - (head - tail_.load(std::memory_order_acquire));
      const size_t count =
          std::min({room, bytes.size(), kPieceBytes, kRingBytes - head % kRingBytes});
      std::memcpy(bytes_ + head % kRingBytes, bytes.data(), count);
      head_.store(head + count, std::memory_order_release);
      wake(reader_);
      bytes = bytes.subspan(count);
    }
  }
  void read(std::span<uint8_t> bytes) {
    while (!bytes.empty()) {
      const uint64_t tail = tail_.load(std::memory_order_relaxed);
      wait(reader_, [&] { return head_.load(std::memory_order_acquire) != tail; });
      const size_t there = head_.load(std::memory_order_acquire) - tail;
      const size_t count = std::min({there, bytes.size(), kRingBytes - tail % kRingBytes});
      std::memcpy(bytes.data(), bytes_ + tail % kRingBytes, count);
      tail_.store(tail + count, std::memory_order_release);
      wake(writer_);
      bytes = bytes.subspan(count);
    }
  }

 private:
  /// One of the two that use the ring, where it sleeps.
  struct Sleeper {
    std::atomic<uint32_t> is_asleep = 0;
    std::atomic<uint32_t> changes = 0;
  };

  template <class Condition>
  static void wait(Sleeper& self, Condition is_met) {
    for (int i = 0; i < kNumLooks; ++i) {
      if (is_met()) return;
      _mm_pause();
    }
    for (;;) {
      const uint32_t before = self.changes.load();
      self.is_asleep.store(1);
      if (is_met()) break;
      ::syscall(SYS_futex, &self.changes, FUTEX_WAIT, before, nullptr, nullptr, 0);
    }
    self.is_asleep.store(0);
  }
  static void wake(Sleeper& other) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (other.is_asleep.load(std::memory_order_relaxed) == 0) return;
    other.changes.fetch_add(1);
    ::syscall(SYS_futex, &other.changes, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }

  alignas(64) std::atomic<uint64_t> head_ = 0;
  alignas(64) std::atomic<uint64_t> tail_ = 0;
  alignas(64) Sleeper reader_;
  alignas(64) Sleeper writer_;
  alignas(64) uint8_t bytes_[kRingBytes] = {};
};

struct Rings {
  Ring to_server;
  Ring to_client;
};

void write_word(Ring& ring, uint64_t word) {
  ring.write({reinterpret_cast<const uint8_t*>(&word), sizeof word});
}
uint64_t read_word(Ring& ring) {
  uint64_t word;
  ring.read({reinterpret_cast<uint8_t*>(&word), sizeof word});
  return word;
}

class RingClient final : public Client {
 public:
  explicit RingClient(Rings& rings) : rings_(rings) {}

  uint64_t call(std::span<const uint8_t> request) override {
    send(request);
    return read_word(rings_.to_client);
  }
  void stream(std::span<const uint8_t> message, uint64_t count) override {
    for (uint64_t i = 0; i < count; ++i) send(message);
    write_word(rings_.to_server, kEndOfStream);
    if (read_word(rings_.to_client) != count) die("messages are missing");
  }
  void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight) override {
    for (uint64_t i = 0; i < count; ++i) {
      if (i >= num_in_flight) read_word(rings_.to_client);
      send(request);
    }
    for (uint64_t i = 0; i < std::min<uint64_t>(count, num_in_flight); ++i) {
      read_word(rings_.to_client);
    }
  }

 private:
  void send(std::span<const uint8_t> request) {
    write_word(rings_.to_server, request.size());
    rings_.to_server.write(request);
  }

  Rings& rings_;
};

class RingPeer final : public Peer {
 public:
  RingPeer() {
    void* memory =
        ::mmap(nullptr, sizeof(Rings), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) die("mmap");
    rings_ = new (memory) Rings;
  }
  std::string name() const override { return "raw ring"; }
  std::string settings(const Job&) const override {
    return "1 MiB each way, 3000 looks (about 50 us), then a futex";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    std::vector<uint8_t> request;
    const bool is_stream = job.workload == "stream";
    uint64_t count = 0;
    is_ready();
    for (;;) {
      const uint64_t num_bytes = read_word(rings_->to_server);
      if (num_bytes == kEndOfStream) {
        write_word(rings_->to_client, std::exchange(count, 0));
        continue;
      }
      request.resize(num_bytes);
      rings_->to_server.read(request);
      ++count;
      if (!is_stream) write_word(rings_->to_client, sum_words(request));
    }
  }
  std::unique_ptr<Client> connect(const Job&) override {
    return std::make_unique<RingClient>(*rings_);
  }

 private:
  Rings* rings_;
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  return ferrule::bench::run_peer(argc, argv, ferrule::bench::RingPeer());
}
