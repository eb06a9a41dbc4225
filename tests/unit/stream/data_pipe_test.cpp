// SPDX-License-Identifier: Apache-2.0
#include "ferrule/stream/data_pipe.h"

#include <random>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "support/process_counts.h"
#include "unit/stream/data_pipe_fixture.h"

namespace ferrule::test {
namespace {

namespace asio = boost::asio;

TEST_F(DataPipeTest, CarriesBytesAndThenTheEnd) {
  open(4096);
  EXPECT_EQ(write("hello").num_bytes, 5U);
  EXPECT_EQ(read(), "hello");
  write("bye");
  producer_.close();
  EXPECT_FALSE(producer_.is_open());
  EXPECT_EQ(read(), "bye");
  EXPECT_EQ(read_error(), asio::error::eof);
  EXPECT_EQ(read_error(), asio::error::eof) << "and again";
}

TEST_F(DataPipeTest, NeverCompletesInsideTheCall) {
  open(4096);
  Outcome outcome;
  producer_.async_write_some(asio::buffer("x", 1), outcome.store());
  EXPECT_FALSE(outcome.is_done());
  finish(outcome);
  Outcome nothing;
  consumer_.async_read_some(asio::mutable_buffer(), nothing.store());
  EXPECT_FALSE(nothing.is_done());
  finish(nothing);
  EXPECT_EQ(*nothing.error, error_code());
}

TEST_F(DataPipeTest, RoundsItsCapacityUp) {
  open(1);
  EXPECT_EQ(producer_.capacity(), 4096U);
  open(5000);
  EXPECT_EQ(consumer_.capacity(), 8192U);
  EXPECT_EQ(make_data_pipe({.capacity = kMaxDataPipeBytes + 1}).error().code(),
            make_error_code(Errc::kInvalidArgument));
}

TEST_F(DataPipeTest, WaitsForBytes) {
  open(4096);
  std::vector<uint8_t> bytes(10);
  Outcome outcome;
  consumer_.async_read_some(asio::buffer(bytes), outcome.store());
  run_ready(io_);
  EXPECT_FALSE(outcome.is_done());
  write("abc");
  finish(outcome);
  EXPECT_EQ(text_of(bytes, outcome.num_bytes), "abc");
}

TEST_F(DataPipeTest, ASlowReaderStopsTheWriter) {
  open(4096);
  const std::string text(10000, 'x');
  Outcome outcome;
  asio::async_write(producer_, asio::buffer(text), outcome.store());
  run_ready(io_);
  EXPECT_FALSE(outcome.is_done());
  EXPECT_EQ(consumer_.begin_read()->size(), 4096U) << "no more than fits";
  consumer_.end_read(0);
  size_t num_read = 0;
  while (!outcome.is_done()) num_read += read(100).size();
  EXPECT_GE(num_read, text.size() - 4096);
  EXPECT_EQ(outcome.num_bytes, text.size());
}

TEST_F(DataPipeTest, WorksWithWhatAsioBuildsOnStreams) {
  open(4096);
  std::string got;
  const auto consume = [&]() -> asio::awaitable<void> {
    std::string buffered;
    const size_t n = co_await asio::async_read_until(consumer_, asio::dynamic_buffer(buffered),
                                                     '\n', asio::use_awaitable);
    got = buffered.substr(0, n);
    buffered.erase(0, n);
    error_code error;
    co_await asio::async_read(consumer_, asio::dynamic_buffer(buffered),
                              asio::redirect_error(asio::use_awaitable, error));
    EXPECT_EQ(error, asio::error::eof);
    got += '|' + std::to_string(buffered.size());
  };
  asio::co_spawn(io_, consume, asio::detached);
  auto written =
      asio::async_write(producer_,
                        std::vector<asio::const_buffer>{asio::buffer("first li", 8),
                                                        asio::buffer("ne\nand more", 11)},
                        asio::use_future);
  run_ready(io_);
  EXPECT_EQ(written.get(), 19U);
  const std::string rest(20000, 'r');
  Outcome outcome;
  asio::async_write(producer_, asio::buffer(rest), outcome.store());
  finish(outcome);
  producer_.close();
  run_until(io_, [&] { return got.find('|') != std::string::npos; });
  EXPECT_EQ(got, "first line\n|" + std::to_string(8 + rest.size()));
}

TEST_F(DataPipeTest, OnlyTheCompletionGoesToTheHandlersExecutor) {
  open(4096);
  write(std::string(4096, 'a'));
  asio::io_context elsewhere;
  Outcome outcome;
  producer_.async_write_some(asio::buffer("b", 1),
                             asio::bind_executor(elsewhere.get_executor(), outcome.store()));
  run_ready(io_);
  EXPECT_EQ(read(4096), std::string(4096, 'a'));
  run_ready(io_);
  EXPECT_EQ(read(), "b") << "written where the pipe lives";
  EXPECT_FALSE(outcome.is_done());
  EXPECT_EQ(elsewhere.run_one(), 1U) << "which had to wait for it";
  EXPECT_EQ(outcome.num_bytes, 1U);

  // Nothing of the operation goes there before, or stays there behind, what it says.
  Outcome at_once;
  elsewhere.restart();
  producer_.async_write_some(asio::buffer("c", 1),
                             asio::bind_executor(elsewhere.get_executor(), at_once.store()));
  EXPECT_EQ(elsewhere.poll(), 0U);
  run_ready(io_);
  EXPECT_EQ(elsewhere.run(), 1U);
  EXPECT_EQ(at_once.num_bytes, 1U);
}

// --- how it ends --------------------------------------------------------------------------------

TEST_F(DataPipeTest, AWriterThatOnlyGoesAwayIsNoEnd) {
  open(4096);
  write("half");
  producer_ = DataPipeProducer();
  EXPECT_EQ(read(), "half");
  EXPECT_EQ(read_error(), Errc::kDisconnected);
}

TEST_F(DataPipeTest, AWriterLearnsThatTheReaderWantsNoMore) {
  open(4096);
  consumer_.close();
  EXPECT_EQ(write_error(), asio::error::broken_pipe);
}

TEST_F(DataPipeTest, AWriterThatWaitsLearnsThatTheReaderIsGone) {
  open(4096);
  const std::string text(5000, 'x');
  Outcome outcome;
  asio::async_write(producer_, asio::buffer(text), outcome.store());
  run_ready(io_);
  consumer_ = DataPipeConsumer();
  finish(outcome);
  EXPECT_EQ(*outcome.error, Errc::kDisconnected);
  EXPECT_EQ(outcome.num_bytes, 4096U);
  EXPECT_EQ(write_error(), Errc::kDisconnected);
}

TEST_F(DataPipeTest, AReaderThatWaitsLearnsOfTheEnd) {
  for (const bool says_so : {true, false}) {
    open(4096);
    Outcome outcome;
    consumer_.async_wait_readable(100, outcome.store());
    run_ready(io_);
    EXPECT_FALSE(outcome.is_done());
    if (says_so) producer_.close();
    producer_ = DataPipeProducer();
    finish(outcome);
    EXPECT_EQ(*outcome.error,
              says_so ? error_code(asio::error::eof) : make_error_code(Errc::kDisconnected));
  }
}

TEST_F(DataPipeTest, AHandleThatGetsLostEndsThePipe) {
  auto pipe = make_data_pipe();
  ASSERT_TRUE(pipe.ok());
  pipe->producer = DataPipeProducerHandle();
  consumer_ = DataPipeConsumer(io_.get_executor(), std::move(pipe->consumer));
  EXPECT_EQ(read_error(), Errc::kDisconnected);
}

// --- waiting, giving up -------------------------------------------------------------------------

TEST_F(DataPipeTest, IsCancelledThroughASlotAndLosesNothing) {
  open(4096);
  std::vector<uint8_t> bytes(10);
  asio::cancellation_signal signal;
  Outcome outcome;
  consumer_.async_read_some(asio::buffer(bytes),
                            asio::bind_cancellation_slot(signal.slot(), outcome.store()));
  run_ready(io_);
  signal.emit(asio::cancellation_type::total);
  finish(outcome);
  EXPECT_EQ(*outcome.error, asio::error::operation_aborted);
  EXPECT_TRUE(consumer_.is_open());
  write("still");
  EXPECT_EQ(read(), "still");
}

TEST_F(DataPipeTest, IsCancelledWhereItIsClosedOrDestroyed) {
  for (int way = 0; way < 4; ++way) {
    open(4096);
    std::vector<uint8_t> bytes(10);
    Outcome outcome;
    consumer_.async_read_some(asio::buffer(bytes), outcome.store());
    run_ready(io_);
    DataPipeConsumerHandle handle;
    if (way == 0) consumer_.cancel();
    if (way == 1) consumer_.close();
    if (way == 2) consumer_ = DataPipeConsumer();
    if (way == 3) handle = consumer_.unbind();
    finish(outcome);
    EXPECT_EQ(*outcome.error, asio::error::operation_aborted) << way;
    EXPECT_EQ(handle.is_valid(), way == 3);
  }
}

TEST_F(DataPipeTest, IsGoneWithItsLoop) {
  const ProcessCounts before = count_process();
  {
    auto io = std::make_unique<asio::io_context>();
    auto pipe = make_data_pipe();
    DataPipeConsumer consumer(io->get_executor(), std::move(pipe->consumer));
    std::vector<uint8_t> bytes(10);
    bool is_called = false;
    consumer.async_read_some(asio::buffer(bytes), [&](error_code, size_t) { is_called = true; });
    io->poll();
    consumer = DataPipeConsumer();
    io.reset();
    EXPECT_FALSE(is_called);
  }
  EXPECT_EQ(count_process(), before);
}

TEST_F(DataPipeTest, WaitsForAsManyBytesAsOneAsks) {
  open(4096);
  Outcome readable;
  consumer_.async_wait_readable(2048, readable.store());
  write(std::string(2047, 'x'));
  run_ready(io_);
  EXPECT_FALSE(readable.is_done());
  write("x");
  finish(readable);
  EXPECT_EQ(consumer_.begin_read()->size(), 2048U);
  consumer_.end_read(0);
  write(std::string(2048, 'x'));
  Outcome writable;
  producer_.async_wait_writable(10, writable.store());
  run_ready(io_);
  EXPECT_FALSE(writable.is_done());
  read(2048);
  finish(writable);
  EXPECT_EQ(producer_.begin_write()->size(), 2048U);
  producer_.end_write(0);
}

TEST_F(DataPipeTest, TheLastBytesAreReadyEvenIfTheyAreFew) {
  open(4096);
  write("abc");
  producer_.close();
  Outcome outcome;
  consumer_.async_wait_readable(100, outcome.store());
  finish(outcome);
  EXPECT_EQ(*outcome.error, error_code());
  EXPECT_EQ(read(), "abc");
}

// --- in place -----------------------------------------------------------------------------------

TEST_F(DataPipeTest, IsWrittenAndReadInPlaceAndInOnePiece) {
  open(4096);
  for (int round = 0; round < 10; ++round) {
    auto room = producer_.begin_write();
    ASSERT_TRUE(room.ok());
    ASSERT_EQ(room->size(), 4096U) << "in one piece, wherever it begins";
    for (size_t i = 0; i < room->size(); ++i) (*room)[i] = static_cast<uint8_t>(i * 7);
    producer_.end_write(3000);
    auto bytes = consumer_.begin_read(10000);
    ASSERT_TRUE(bytes.ok());
    ASSERT_EQ(bytes->size(), 3000U);
    for (size_t i = 0; i < bytes->size(); ++i) ASSERT_EQ((*bytes)[i], static_cast<uint8_t>(i * 7));
    consumer_.end_read(1000);
    EXPECT_EQ(consumer_.begin_read(5)->size(), 5U);
    consumer_.end_read(0);
    EXPECT_EQ(consumer_.begin_read()->size(), 2000U);
    consumer_.end_read(2000);
  }
  EXPECT_TRUE(consumer_.begin_read()->empty());
  consumer_.end_read(0);
  producer_.close();
  EXPECT_EQ(consumer_.begin_read().error().code(), asio::error::eof);
}

using DataPipeDeathTest = DataPipeTest;

TEST_F(DataPipeDeathTest, HandsOverNoMoreThanItHas) {
  open(4096);
  EXPECT_DEATH(
      {
        auto room = producer_.begin_write(10);
        producer_.end_write(11);
      },
      "n <= ");
  EXPECT_DEATH(producer_.end_write(0), "is_in_phase");
  EXPECT_DEATH(static_cast<void>(consumer_.async_wait_readable(2049, [](error_code) {})), "min");
}

// --- moves --------------------------------------------------------------------------------------

TEST_F(DataPipeTest, BothEndsMoveWithWhatIsInThem) {
  open(4096);
  std::mt19937_64 random(7);
  asio::io_context other;
  std::string sent;
  std::string got;
  for (int i = 0; i < 300; ++i) {
    if (random() % 3 == 0) {
      producer_ = DataPipeProducer(io_.get_executor(), producer_.unbind());
    }
    if (random() % 3 == 0) {
      consumer_ = DataPipeConsumer(io_.get_executor(), consumer_.unbind());
    }
    auto room = producer_.begin_write(random() % 900);
    ASSERT_TRUE(room.ok());
    for (uint8_t& byte : *room) sent += static_cast<char>(byte = static_cast<uint8_t>(random()));
    producer_.end_write(room->size());
    auto bytes = consumer_.begin_read(random() % 900);
    ASSERT_TRUE(bytes.ok());
    got.append(bytes->begin(), bytes->end());
    consumer_.end_read(bytes->size());
  }
  producer_.close();
  for (;;) {
    const auto bytes = consumer_.begin_read();
    if (!bytes) break;
    got.append(bytes->begin(), bytes->end());
    consumer_.end_read(bytes->size());
  }
  EXPECT_EQ(got, sent);
}

TEST_F(DataPipeTest, AnEndOnItsWayIsStillThere) {
  open(4096);
  const std::string text(6000, 'x');
  Outcome outcome;
  asio::async_write(producer_, asio::buffer(text), outcome.store());
  run_ready(io_);
  DataPipeConsumerHandle handle = consumer_.unbind();
  run_ready(io_);
  EXPECT_FALSE(outcome.is_done());
  consumer_ = DataPipeConsumer(io_.get_executor(), std::move(handle));
  EXPECT_EQ(read(4000).size(), 4000U);
  finish(outcome);
  EXPECT_EQ(outcome.num_bytes, text.size());
}

// --- two threads, random sizes ------------------------------------------------------------------

TEST_F(DataPipeTest, CarriesEverythingInOrderBetweenThreads) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::vector<uint8_t> sent(3'000'000);
    for (uint8_t& byte : sent) byte = static_cast<uint8_t>(random());
    auto pipe = make_data_pipe({.capacity = size_t{4096} << random() % 6});
    ASSERT_TRUE(pipe.ok());
    std::thread writer([&, handle = std::move(pipe->producer)]() mutable {
      asio::io_context io;
      DataPipeProducer producer(io.get_executor(), std::move(handle));
      std::mt19937_64 own(seed * 31);
      const auto run = [&]() -> asio::awaitable<void> {
        for (size_t at = 0; at < sent.size();) {
          const size_t n = std::min<size_t>(1 + own() % (1U << own() % 17), sent.size() - at);
          if (own() % 3 == 0) {
            co_await producer.async_wait_writable(1 + own() % 2048, asio::use_awaitable);
            auto room = producer.begin_write(n);
            std::copy_n(sent.begin() + static_cast<std::ptrdiff_t>(at), room->size(),
                        room->begin());
            producer.end_write(room->size());
            at += room->size();
          } else {
            at += co_await asio::async_write(producer, asio::buffer(sent.data() + at, n),
                                             asio::use_awaitable);
          }
          if (own() % 40 == 0) producer = DataPipeProducer(io.get_executor(), producer.unbind());
        }
        producer.close();
      };
      asio::co_spawn(io, run, asio::detached);
      io.run();
    });
    consumer_ = DataPipeConsumer(io_.get_executor(), std::move(pipe->consumer));
    std::vector<uint8_t> got;
    const auto read_all = [&]() -> asio::awaitable<void> {
      error_code error;
      std::vector<uint8_t> bytes(1U << 17);
      while (!error) {
        const size_t max = 1 + random() % (1U << random() % 17);
        if (random() % 3 == 0) {
          co_await consumer_.async_wait_readable(1 + random() % 2048,
                                                 asio::redirect_error(asio::use_awaitable, error));
          if (error) break;
          auto view = consumer_.begin_read(max);
          got.insert(got.end(), view->begin(), view->end());
          consumer_.end_read(view->size());
          continue;
        }
        const size_t n = co_await consumer_.async_read_some(
            asio::buffer(bytes.data(), max), asio::redirect_error(asio::use_awaitable, error));
        got.insert(got.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
        if (random() % 40 == 0) {
          consumer_ = DataPipeConsumer(io_.get_executor(), consumer_.unbind());
        }
      }
      EXPECT_EQ(error, asio::error::eof);
    };
    asio::co_spawn(io_, read_all, asio::detached);
    io_.restart();
    io_.run();
    writer.join();
    EXPECT_TRUE(got == sent) << got.size() << " of " << sent.size();
  }
}

// The end is told behind the last byte, and is not seen before it.
TEST_F(DataPipeTest, NoByteIsLostWhereTheWriterClosesRightAfterIt) {
  for (int i = 0; i < 2000; ++i) {
    open(4096);
    std::thread writer([this] {
      static_cast<void>(producer_.begin_write(1));
      producer_.end_write(1);
      producer_.close();
    });
    size_t num_read = 0;
    for (;;) {
      const auto bytes = consumer_.begin_read();
      if (!bytes) break;
      num_read += bytes->size();
      consumer_.end_read(bytes->size());
    }
    writer.join();
    ASSERT_EQ(num_read, 1U);
  }
}

TEST_F(DataPipeTest, GivesEverythingBack) {
  open(4096);  // what the first use of a loop makes stays
  const ProcessCounts before = count_process();
  for (int i = 0; i < 50; ++i) {
    open(65536);
    write("text");
    if (i % 3 == 0) consumer_.close();
    if (i % 3 == 1) producer_ = DataPipeProducer(io_.get_executor(), producer_.unbind());
    const auto unused = make_data_pipe();
    EXPECT_TRUE(unused.ok());
  }
  EXPECT_EQ(count_process(), before);
}

}  // namespace
}  // namespace ferrule::test
