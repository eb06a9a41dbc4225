// SPDX-License-Identifier: Apache-2.0
// A peer that sends no end of a pipe as one, writes what it likes into the shared memory, or dies.
#include <csignal>
#include <fcntl.h>
#include <random>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/error.hpp>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/platform/unix_socket.h"

#include "support/process_counts.h"
#include "unit/stream/data_pipe_fixture.h"

namespace ferrule::test {
namespace {

namespace asio = boost::asio;

UniqueFd memory_of(size_t num_bytes, bool is_sealed = true) {
  auto memfd = platform::create_memfd("test", num_bytes);
  if (is_sealed) {
    EXPECT_TRUE(platform::seal_memfd(*memfd, platform::Seals::kFixedSize).ok());
  }
  return *std::move(memfd);
}

UniqueFd open_file(const char* path) { return UniqueFd(::open(path, O_RDWR | O_CLOEXEC)); }
UniqueFd socket_of(int type) { return UniqueFd(::socket(AF_UNIX, type, 0)); }

class DataPipeHandleTest : public DataPipeTest {
 protected:
  std::string failure_with(UniqueFd signal, UniqueFd memory) {
    consumer_ = DataPipeConsumer(io_.get_executor(),
                                 DataPipeConsumerHandle(std::move(signal), std::move(memory)));
    EXPECT_FALSE(consumer_.is_open());
    EXPECT_EQ(read_error(), consumer_.failure()->code());
    const auto bytes = consumer_.begin_read();
    EXPECT_FALSE(bytes.ok());
    EXPECT_FALSE(consumer_.unbind().is_valid());
    return bytes.error().message();
  }
  UniqueFd good_signal() { return std::move(platform::make_socket_pair()->first); }
};

TEST_F(DataPipeHandleTest, MemoryThatIsNone) {
  const std::string not_fixed = "DATA_PIPE_MEMORY_INVALID: the memory is not of a fixed size";
  const std::string no_such_size =
      "DATA_PIPE_MEMORY_INVALID: the memory is of a size that no pipe has";
  EXPECT_EQ(failure_with(good_signal(), open_file("/dev/null")), not_fixed);
  EXPECT_EQ(failure_with(good_signal(), open_file("/dev/zero")), not_fixed);
  EXPECT_EQ(failure_with(good_signal(), good_signal()), not_fixed);
  EXPECT_EQ(failure_with(good_signal(), memory_of(4096 + 4096, false)), not_fixed);
  EXPECT_EQ(failure_with(good_signal(), memory_of(0)), no_such_size);
  EXPECT_EQ(failure_with(good_signal(), memory_of(100)), no_such_size);
  EXPECT_EQ(failure_with(good_signal(), memory_of(4096)), no_such_size);
  EXPECT_EQ(failure_with(good_signal(), memory_of(4096 + 2048)), no_such_size);
  EXPECT_EQ(failure_with(good_signal(), memory_of(4096 + 3 * 4096)), no_such_size);
  EXPECT_EQ(failure_with(good_signal(), memory_of(4096 + 2 * kMaxDataPipeBytes)), no_such_size);
}

TEST_F(DataPipeHandleTest, MemoryThatMayNotBeWritten) {
  UniqueFd memory = memory_of(8192, false);
  ASSERT_TRUE(platform::seal_memfd(memory, platform::Seals::kImmutable).ok());
  EXPECT_EQ(failure_with(good_signal(), std::move(memory)), "mmap: Operation not permitted");
}

TEST_F(DataPipeHandleTest, ASignalThatIsNone) {
  const std::string no_socket = "DATA_PIPE_SIGNAL_INVALID: the descriptor is no stream socket";
  EXPECT_EQ(failure_with(open_file("/dev/null"), memory_of(8192)), no_socket);
  EXPECT_EQ(failure_with(memory_of(8192), memory_of(8192)), no_socket);
  EXPECT_EQ(failure_with(socket_of(SOCK_DGRAM), memory_of(8192)), no_socket);
  EXPECT_EQ(failure_with(UniqueFd(), memory_of(8192)), "the handle holds no end of a data pipe");
}

TEST_F(DataPipeHandleTest, ASocketWithoutAnotherSide) {
  consumer_ = DataPipeConsumer(io_.get_executor(),
                               DataPipeConsumerHandle(socket_of(SOCK_STREAM), memory_of(8192)));
  EXPECT_EQ(read_error(), Errc::kDisconnected);
}

/// The peer's end is in the hands of the test, byte by byte.
class DataPipeHostileTest : public DataPipeTest {
 protected:
  /// `is_writer`: ours writes, the peer reads.
  void open_hostile(bool is_writer) {
    auto pipe = make_data_pipe({.capacity = 4096});
    ASSERT_TRUE(pipe.ok());
    UniqueFd memory;
    if (is_writer) {
      peer_signal_ = pipe->consumer.take_signal();
      memory = pipe->consumer.take_memory();
      producer_ = DataPipeProducer(io_.get_executor(), std::move(pipe->producer));
    } else {
      peer_signal_ = pipe->producer.take_signal();
      memory = pipe->producer.take_memory();
      consumer_ = DataPipeConsumer(io_.get_executor(), std::move(pipe->consumer));
    }
    auto mapping = platform::map_ring(memory, 4096, 8192);
    ASSERT_TRUE(mapping.ok());
    mapping_ = *mapping;
    header_ = reinterpret_cast<stream::RingHeader*>(mapping_->data());
  }
  void ring() { EXPECT_EQ(::send(peer_signal_.get(), "x", 1, MSG_NOSIGNAL), 1); }

  UniqueFd peer_signal_;
  MemoryRef mapping_;
  stream::RingHeader* header_ = nullptr;
};

TEST_F(DataPipeHostileTest, PositionsThatCannotBeEndAWaitingRead) {
  for (const uint64_t position : {uint64_t{4097}, uint64_t{1} << 40, UINT64_MAX}) {
    open_hostile(false);
    std::vector<uint8_t> bytes(10000);
    Outcome outcome;
    consumer_.async_read_some(asio::buffer(bytes), outcome.store());
    run_ready(io_);
    header_->producer.position = position;
    ring();
    finish(outcome);
    EXPECT_EQ(*outcome.error, Errc::kBadMessage);
    EXPECT_EQ(consumer_.failure()->message(),
              "DATA_PIPE_POSITION_INVALID: a position that cannot be");
    EXPECT_FALSE(consumer_.is_open()) << "and we hang up";
    char byte = 0;
    EXPECT_EQ(::recv(peer_signal_.get(), &byte, 1, 0), 0);
  }
}

TEST_F(DataPipeHostileTest, PositionsThatCannotBeEndAWrite) {
  for (const uint64_t position : {uint64_t{2}, uint64_t{4096}, UINT64_MAX}) {
    open_hostile(true);
    write("x");
    header_->consumer.position = position;
    EXPECT_EQ(write_error(), Errc::kBadMessage);
  }
}

TEST_F(DataPipeHostileTest, APositionThatGoesBackEndsARead) {
  open_hostile(false);
  header_->producer.position = 100;
  EXPECT_EQ(read(50).size(), 50U);
  header_->producer.position = 99;
  EXPECT_EQ(read_error(), Errc::kBadMessage);
}

TEST_F(DataPipeHostileTest, BellsWithoutReasonWakeNobody) {
  open_hostile(false);
  std::vector<uint8_t> bytes(10);
  Outcome outcome;
  consumer_.async_read_some(asio::buffer(bytes), outcome.store());
  for (int i = 0; i < 1000; ++i) {
    ring();
    io_.poll_one();
  }
  run_ready(io_);
  EXPECT_FALSE(outcome.is_done());
  header_->producer.position = 3;
  ring();
  finish(outcome);
  EXPECT_EQ(outcome.num_bytes, 3U);
}

TEST_F(DataPipeHostileTest, DescriptorsSentToTheBellAreClosed) {
  open_hostile(false);
  const ProcessCounts before = count_process();
  std::vector<uint8_t> bytes(10);
  Outcome outcome;
  consumer_.async_read_some(asio::buffer(bytes), outcome.store());
  run_ready(io_);
  for (int i = 0; i < 5; ++i) {
    const UniqueFd file = open_file("/dev/null");
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    char byte = 0;
    iovec part{&byte, 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    const int number = file.get();
    std::memcpy(CMSG_DATA(head), &number, sizeof(number));
    ASSERT_EQ(::sendmsg(peer_signal_.get(), &message, MSG_NOSIGNAL), 1);
    run_ready(io_);
  }
  EXPECT_EQ(count_process(), before);
  EXPECT_FALSE(outcome.is_done());
  consumer_.cancel();
  finish(outcome);
}

TEST_F(DataPipeHostileTest, ABellThatNobodyHearsStopsNoWriter) {
  open_hostile(true);
  // Far more rings than the socket holds.
  for (uint64_t i = 1; i <= 20000; ++i) {
    header_->consumer.wake_at = 1;
    ASSERT_EQ(producer_.begin_write(1)->size(), 1U);
    producer_.end_write(1);
    header_->consumer.position = i;
  }
  EXPECT_TRUE(producer_.is_open());
}

TEST_F(DataPipeHostileTest, AnythingInTheSharedMemoryIsSurvived) {
  for (const bool is_writer : {true, false}) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 300; ++i) {
      open_hostile(is_writer);
      Outcome outcome;
      std::vector<uint8_t> bytes(9000);
      if (is_writer) {
        asio::async_write(producer_, asio::buffer(bytes), outcome.store());
      } else {
        asio::async_read(consumer_, asio::buffer(bytes), outcome.store());
      }
      for (int step = 0; step < 30 && !outcome.is_done(); ++step) {
        auto* const words = reinterpret_cast<std::atomic<uint64_t>*>(header_);
        words[random() % (sizeof(*header_) / 8)] = random() >> (random() % 64);
        ::send(peer_signal_.get(), "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        run_ready(io_);
      }
      peer_signal_.reset();
      finish(outcome);
    }
  }
}

// --- processes that are killed ------------------------------------------------------------------

class DataPipeKilledTest : public DataPipeTest {
 protected:
  /// Runs `body` in a process that is then killed in the middle of it.
  template <class Body>
  pid_t fork_to(Body&& body) {
    const pid_t child = ::fork();
    if (child == 0) {
      io_.notify_fork(asio::io_context::fork_child);
      body();
      for (;;) ::pause();
    }
    return child;
  }
  static void kill(pid_t child) {
    ::kill(child, SIGKILL);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
  }
};

TEST_F(DataPipeKilledTest, AWriterThatIsKilledIsNoEndOfTheStream) {
  for (const size_t num_before : {1U, 5000U, 10000U}) {
    auto pipe = make_data_pipe({.capacity = 4096});
    const pid_t child = fork_to([&] {
      pipe->consumer = DataPipeConsumerHandle();
      asio::io_context io;
      DataPipeProducer producer(io.get_executor(), std::move(pipe->producer));
      const std::string text(10000, 'k');
      asio::async_write(producer, asio::buffer(text), [](error_code, size_t) {});
      io.run();
      for (;;) ::pause();
    });
    pipe->producer = DataPipeProducerHandle();
    consumer_ = DataPipeConsumer(io_.get_executor(), std::move(pipe->consumer));
    std::vector<uint8_t> bytes(20000);
    Outcome before;
    asio::async_read(consumer_, asio::buffer(bytes.data(), num_before), before.store());
    finish(before);
    EXPECT_EQ(*before.error, error_code());
    kill(child);
    Outcome after;
    asio::async_read(consumer_, asio::buffer(bytes.data() + num_before, 10001), after.store());
    finish(after);
    EXPECT_EQ(*after.error, Errc::kDisconnected);
    const size_t n = before.num_bytes + after.num_bytes;
    EXPECT_EQ(text_of(bytes, n), std::string(n, 'k'));
  }
}

TEST_F(DataPipeKilledTest, AReaderThatIsKilledFreesItsWriter) {
  auto pipe = make_data_pipe({.capacity = 4096});
  const pid_t child = fork_to([&] { pipe->producer = DataPipeProducerHandle(); });
  pipe->consumer = DataPipeConsumerHandle();
  producer_ = DataPipeProducer(io_.get_executor(), std::move(pipe->producer));
  const std::string text(10000, 'k');
  Outcome outcome;
  asio::async_write(producer_, asio::buffer(text), outcome.store());
  run_ready(io_);
  EXPECT_FALSE(outcome.is_done());
  kill(child);
  finish(outcome);
  EXPECT_EQ(*outcome.error, Errc::kDisconnected);
  EXPECT_EQ(outcome.num_bytes, 4096U);
}

}  // namespace
}  // namespace ferrule::test
