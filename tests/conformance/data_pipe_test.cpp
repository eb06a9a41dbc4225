// SPDX-License-Identifier: Apache-2.0
// Data pipes whose other end is wherever a probe is.
#include <fcntl.h>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "conformance/world.h"
#include "support/process_counts.h"
#include "support/stream_bytes.h"

namespace ferrule::test {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using namespace asio::experimental::awaitable_operators;

constexpr uint64_t kManyBytes = 3'000'000;

class DataPipeWorldTest : public ::testing::TestWithParam<WorldKind> {
 protected:
  DataPipeWorldTest() : world_(GetParam().make()), probe_(world_->probe(), executor()) {
    probe_->OpenPourer(pourer_.bind_new_pipe(world_->pipes(), executor()));
  }

  asio::any_io_executor executor() { return world_->io().get_executor(); }
  DataPipe make_pipe(size_t capacity = 65536) {
    return make_data_pipe({.capacity = capacity}).value();
  }
  DataPipeProducer bind(DataPipeProducerHandle handle) { return {executor(), std::move(handle)}; }
  DataPipeConsumer bind(DataPipeConsumerHandle handle) { return {executor(), std::move(handle)}; }

  asio::awaitable<error_code> write(DataPipeProducer& to, uint64_t num_bytes) {
    std::vector<uint8_t> bytes(num_bytes);
    fill_stream(0, bytes);
    error_code error;
    co_await asio::async_write(to, asio::buffer(bytes), asio::redirect_error(use_awaitable, error));
    to.close();
    co_return error;
  }
  struct Read {
    std::vector<uint8_t> bytes;
    error_code error;
  };
  asio::awaitable<Read> read(DataPipeConsumer& from) {
    Read all;
    co_await asio::async_read(from, asio::dynamic_buffer(all.bytes),
                              asio::redirect_error(use_awaitable, all.error));
    co_return all;
  }

  std::unique_ptr<World> world_;
  Remote<Probe> probe_;
  Remote<Pourer> pourer_;
};

TEST_P(DataPipeWorldTest, ReadsWhatTheOtherSideWrites) {
  world_->run([this]() -> asio::awaitable<void> {
    DataPipe pipe = make_pipe();
    DataPipeConsumer consumer = bind(std::move(pipe.consumer));
    const auto [poured, got] = co_await (
        pourer_->Fill(std::move(pipe.producer), kManyBytes, true, use_awaitable) && read(consumer));
    EXPECT_EQ(poured.num_bytes, kManyBytes);
    EXPECT_EQ(got.bytes.size(), kManyBytes);
    EXPECT_TRUE(is_stream(0, got.bytes));
    EXPECT_EQ(got.error, asio::error::eof);
  });
}

TEST_P(DataPipeWorldTest, WritesWhatTheOtherSideReads) {
  world_->run([this]() -> asio::awaitable<void> {
    DataPipe pipe = make_pipe(4096);
    DataPipeProducer producer = bind(std::move(pipe.producer));
    const auto [poured, error] = co_await (
        pourer_->Drain(std::move(pipe.consumer), use_awaitable) && write(producer, kManyBytes));
    EXPECT_EQ(error, error_code());
    EXPECT_EQ(poured.num_bytes, kManyBytes);
    EXPECT_TRUE(poured.is_right);
    EXPECT_EQ(poured.end, error_code(asio::error::eof).message());
  });
}

TEST_P(DataPipeWorldTest, GoesThereAndBack) {
  world_->run([this]() -> asio::awaitable<void> {
    DataPipe there = make_pipe();
    DataPipe back = make_pipe(8192);
    DataPipeProducer producer = bind(std::move(there.producer));
    DataPipeConsumer consumer = bind(std::move(back.consumer));
    const auto [poured, error, got] = co_await (
        pourer_->Pass(std::move(there.consumer), std::move(back.producer), use_awaitable) &&
        write(producer, kManyBytes) && read(consumer));
    EXPECT_TRUE(poured.is_right);
    EXPECT_EQ(error, error_code());
    EXPECT_EQ(got.bytes.size(), kManyBytes);
    EXPECT_TRUE(is_stream(0, got.bytes));
  });
}

TEST_P(DataPipeWorldTest, AWriterThatSaysNothingAtTheEndIsNoEnd) {
  world_->run([this]() -> asio::awaitable<void> {
    DataPipe pipe = make_pipe();
    DataPipeConsumer consumer = bind(std::move(pipe.consumer));
    const auto [poured, got] = co_await (
        pourer_->Fill(std::move(pipe.producer), 100, false, use_awaitable) && read(consumer));
    EXPECT_EQ(got.bytes.size(), 100U);
    EXPECT_EQ(got.error, Errc::kDisconnected);
  });
}

// Now one side has both ends, now the other, now each one, with bytes in between.
TEST_P(DataPipeWorldTest, MovesWithWhatIsInIt) {
  world_->run([this]() -> asio::awaitable<void> {
    DataPipe pipe = make_pipe();
    uint64_t num_written = 0;
    uint64_t num_read = 0;
    for (int round = 0; round < 20; ++round) {
      const uint64_t n = 1000 + static_cast<uint64_t>(round) * 137;
      PipeEnds ends;
      ends.producer = std::move(pipe.producer);
      auto [filled, is_filled] =
          co_await pourer_->UseSome(std::move(ends), num_written, n, use_awaitable);
      EXPECT_TRUE(is_filled);
      num_written += n;
      DataPipeProducer producer = bind(*std::move(filled.producer));
      std::vector<uint8_t> bytes(n);
      fill_stream(num_written, bytes);
      co_await asio::async_write(producer, asio::buffer(bytes), use_awaitable);
      num_written += n;
      pipe.producer = producer.unbind();

      ends = PipeEnds();
      ends.consumer = std::move(pipe.consumer);
      auto [drained, is_drained] =
          co_await pourer_->UseSome(std::move(ends), num_read, n, use_awaitable);
      EXPECT_TRUE(is_drained);
      num_read += n;
      DataPipeConsumer consumer = bind(*std::move(drained.consumer));
      // A few are left for the next round, so that the pipe is never empty when it moves.
      bytes.resize(round == 0 ? n - 500 : n);
      co_await asio::async_read(consumer, asio::buffer(bytes), use_awaitable);
      EXPECT_TRUE(is_stream(num_read, bytes));
      num_read += bytes.size();
      pipe.consumer = consumer.unbind();
    }
  });
}

TEST_P(DataPipeWorldTest, LeavesNoDescriptorBehind) {
  const auto use = [this]() -> asio::awaitable<void> {
    DataPipe pipe = make_pipe();
    DataPipeConsumer consumer = bind(std::move(pipe.consumer));
    co_await (pourer_->Fill(std::move(pipe.producer), 1000, true, use_awaitable) && read(consumer));
    co_await probe_->Add(1, 2, use_awaitable);
  };
  world_->run(use);
  const ProcessCounts before = count_process();
  for (int i = 0; i < 20; ++i) world_->run(use);
  // Where the probe is in this process its coroutine may have just answered and still be there.
  const auto is_as_before = [&] { return count_process() == before; };
  world_->run([&]() -> asio::awaitable<void> {
    while (!is_as_before()) co_await probe_->Add(1, 2, use_awaitable);
  });
}

// Not data pipes, but the same pourer: shared memory and files.
TEST_P(DataPipeWorldTest, SharedMemoryIsSharedWithTheOtherSide) {
  world_->run([this]() -> asio::awaitable<void> {
    CommonHandles handles;
    handles.file = ReadOnlyFile::adopt(UniqueFd(::open("/proc/self/exe", O_RDONLY))).value();
    auto read_only = ReadOnlySharedMemoryRegion::create(10000).value();
    handles.read_only_memory = std::move(read_only.region);
    auto unsafe = UnsafeSharedMemoryRegion::create(10000).value();
    handles.unsafe_memory = std::move(unsafe.region);
    handles.buffers.push_back(BigBuffer::make(5).value());
    handles.buffers.push_back(BigBuffer::make(500'000).value());
    for (const size_t size : {1000U, 1'000'000U}) {
      BigBuffer buffer = BigBuffer::make(size).value();
      fill_stream(0, buffer.mutable_bytes());
      auto [back, same, changed] =
          co_await pourer_->UseHandles(std::move(handles), std::move(buffer), use_awaitable);
      EXPECT_TRUE(same.size() == size && is_stream(0, same.bytes()));
      EXPECT_EQ(changed.size(), size);
      EXPECT_EQ(changed.bytes()[7], static_cast<uint8_t>(stream_byte(7) + 1));
      handles = std::move(back);
    }
    EXPECT_EQ(unsafe.mapping.bytes()[9999], 2) << "once for each call";
    read_only.mapping.bytes()[1] = 9;
    EXPECT_EQ(handles.read_only_memory.map()->bytes()[1], 9);
    EXPECT_TRUE(handles.file.is_valid());
    EXPECT_FALSE(handles.writable_memory.has_value());
    EXPECT_EQ(handles.buffers.at(1).size(), 500'000U);
  });
}

INSTANTIATE_TEST_SUITE_P(All, DataPipeWorldTest, ::testing::ValuesIn(all_worlds()),
                         ::testing::PrintToStringParamName());

TEST(DataPipeProcessTest, AWriterThatDiesInTheMiddleIsNoEnd) {
  const std::unique_ptr<World> world = all_worlds().back().make();
  const auto executor = world->io().get_executor();
  Remote<Probe> probe(world->probe(), executor);
  Remote<Pourer> pourer;
  probe->OpenPourer(pourer.bind_new_pipe(world->pipes(), executor));
  world->run([&]() -> asio::awaitable<void> {
    DataPipe pipe = make_data_pipe({.capacity = 65536}).value();
    DataPipeConsumer consumer(executor, std::move(pipe.consumer));
    pourer->FillForEver(std::move(pipe.producer));
    std::vector<uint8_t> bytes(1'000'000);
    co_await asio::async_read(consumer, asio::buffer(bytes), use_awaitable);
    EXPECT_TRUE(is_stream(0, bytes));
    probe->Die();
    error_code error;
    std::vector<uint8_t> rest;
    while (!error) {
      const size_t n = co_await consumer.async_read_some(
          asio::buffer(bytes), asio::redirect_error(use_awaitable, error));
      rest.insert(rest.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
    }
    EXPECT_EQ(error, Errc::kDisconnected);
    EXPECT_TRUE(is_stream(1'000'000, rest));
  });
}

}  // namespace
}  // namespace ferrule::test
