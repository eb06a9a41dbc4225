// SPDX-License-Identifier: Apache-2.0
//
// What a call allocates, when nothing else happens: every operator new of both sides, which share
// this process. The bounds are what was counted when they were written; whoever lowers a number
// lowers its bound.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <new>
#include <optional>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "calculator.idl.h"
#include "support/temporary_folder.h"

namespace {

constexpr size_t kMaxRecorded = 100'000;
std::array<size_t, kMaxRecorded> recorded_sizes;
std::atomic<size_t> num_recorded = 0;
std::atomic<bool> is_recording = false;

}  // namespace

// Not inlined: the compiler would see that memory of one kind goes back as another.
[[gnu::noinline]] void* operator new(size_t num_bytes) {
  if (is_recording) recorded_sizes[std::min<size_t>(num_recorded++, kMaxRecorded - 1)] = num_bytes;
  if (void* memory = std::malloc(num_bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace ferrule::test {
namespace {

struct Allocations {
  size_t num_all = 0;
  size_t num_message_buffers = 0;
  size_t num_large = 0;
};

/// Of a buffer for a message with 16 bytes of parameters, which all messages here have.
size_t message_buffer_bytes() {
  num_recorded = 0;
  is_recording = true;
  const Buffer buffer = Buffer::allocate(56 + 16);
  is_recording = false;
  return recorded_sizes[0];
}

template <class Work>
Allocations allocations_of(Work&& work) {
  const size_t buffer_bytes = message_buffer_bytes();
  num_recorded = 0;
  is_recording = true;
  work();
  is_recording = false;
  Allocations allocations;
  allocations.num_all = num_recorded;
  for (size_t i = 0; i < std::min<size_t>(num_recorded, kMaxRecorded); ++i) {
    if (recorded_sizes[i] == buffer_bytes) ++allocations.num_message_buffers;
    if (recorded_sizes[i] >= 4096) ++allocations.num_large;
  }
  return allocations;
}

class CalculatorImpl final : public sample::Calculator {
 private:
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override { reply(a + b); }
  void Watch(PendingRemote<sample::Observer>) override {}
};

class AllocationsTest : public ::testing::Test {
 protected:
  static constexpr size_t kNumCalls = 1000;

  void bind(PendingReceiver<sample::Calculator> end) {
    receiver_.bind(std::move(end), io_.get_executor());
  }
  /// One call after the other, until nothing grows any more; then counted.
  Allocations allocations_of_calls() {
    make_calls(kNumCalls);
    return allocations_of([this] { make_calls(kNumCalls); });
  }
  void make_calls(size_t count) {
    num_left_ = count;
    call();
    // Not one handler at a time: Asio keeps memory to use it again as long as its loop runs.
    io_.restart();
    io_.run();
  }
  void expect_per_call(const char* what, const Allocations& counted, double most) {
    std::cout << "allocations per call, " << what << ": "
              << static_cast<double>(counted.num_all) / kNumCalls << " (at most " << most
              << "), of these buffers of messages: "
              << static_cast<double>(counted.num_message_buffers) / kNumCalls << '\n';
    EXPECT_EQ(counted.num_message_buffers, 2 * kNumCalls) << "one for each message, and no other";
    EXPECT_LE(static_cast<double>(counted.num_all), most * kNumCalls);
    EXPECT_LE(counted.num_large, 1U) << "what is received goes into a block that is used again";
  }

  boost::asio::io_context io_{1};
  CalculatorImpl calculator_impl_;
  Receiver<sample::Calculator> receiver_{calculator_impl_};
  Remote<sample::Calculator> calculator_;

 private:
  void call() {
    calculator_->Add(1, 2, [this](error_code error, int32_t) {
      ASSERT_FALSE(error);
      if (--num_left_ > 0) return call();
      io_.stop();
    });
  }

  size_t num_left_ = 0;
};

TEST_F(AllocationsTest, InOneProcess) {
  Runtime runtime(io_.get_executor());
  bind(calculator_.bind_new_pipe(runtime, io_.get_executor()));
  expect_per_call("in one process", allocations_of_calls(), 2.0);
}

TEST_F(AllocationsTest, OverASocket) {
  const TemporaryFolder folder;
  Runtime here(io_.get_executor());
  Runtime there(io_.get_executor());
  Connection accepted;
  const Listener listener =
      there
          .listen(folder.file("socket"),
                  [&](Connection connection) {
                    accepted = std::move(connection);
                    accepted.provide<sample::Calculator>(
                        [this](PendingReceiver<sample::Calculator> end) { bind(std::move(end)); });
                  })
          .value();
  Connection connection = here.connect(folder.file("socket")).value();
  calculator_.bind(connection.request<sample::Calculator>(), io_.get_executor());
  // Beside the buffers: at each side the list of what one batch of sends let go, and every now and
  // then a piece of the queue.
  expect_per_call("over a socket, both sides", allocations_of_calls(), 4.6);
}

}  // namespace
}  // namespace ferrule::test
