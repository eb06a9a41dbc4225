// SPDX-License-Identifier: Apache-2.0
// A side that sends no ring as one, tells of frames that are none, gives back what it never had, or
// writes where it likes.
#include <cstring>
#include <fcntl.h>
#include <random>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/stream/data_pipe.h"
#include "ferrule/stream/shared_ring.h"

#include "support/io_loop.h"
#include "support/process_counts.h"

namespace ferrule::test {
namespace {

using platform::Seals;

UniqueFd memory_of(size_t num_bytes, std::optional<Seals> seals, bool has_pages = true) {
  UniqueFd memfd = *platform::create_memfd("test", num_bytes);
  if (has_pages) {
    EXPECT_TRUE(platform::allocate_pages(memfd, num_bytes).ok());
  }
  if (seals) {
    EXPECT_TRUE(platform::seal_memfd(memfd, *seals).ok());
  }
  return memfd;
}

std::string open_with(UniqueFd frames, uint32_t num_frames, uint64_t frame_bytes) {
  auto pipe = make_data_pipe({.capacity = 4096}).value();
  auto ring = SharedRingConsumer::open({.frames = SharedBufferHandle(std::move(frames)),
                                        .returned = std::move(pipe.producer),
                                        .num_frames = num_frames,
                                        .frame_bytes = frame_bytes});
  return ring ? "OK" : ring.error().message();
}

TEST(SharedRingHandleTest, RefusesWhatIsNoRing) {
  const auto good = [] { return memory_of(8192, Seals::kReadOnly); };
  const std::string size = "SHARED_RING_INVALID: of a size that no ring has";
  const std::string not_sealed = "SHARED_RING_INVALID: its memory is not sealed";
  const std::string too_short = "SHARED_RING_INVALID: its memory is shorter than announced";
  EXPECT_EQ(open_with(good(), 2, 4096), "OK");
  EXPECT_EQ(open_with(good(), 2, 1), "OK");
  EXPECT_EQ(open_with(memory_of(8192, Seals::kImmutable), 2, 4096), "OK");
  EXPECT_EQ(open_with(good(), 0, 4096), size);
  EXPECT_EQ(open_with(good(), 2, 0), size);
  EXPECT_EQ(open_with(good(), kMaxSharedRingFrames + 1, 1), size);
  EXPECT_EQ(open_with(good(), UINT32_MAX, 1), size);
  EXPECT_EQ(open_with(good(), 2, UINT64_MAX), size);
  EXPECT_EQ(open_with(good(), 2, kMaxSharedRingBytes + 1), size);
  EXPECT_EQ(open_with(good(), 2, kMaxSharedRingBytes), too_short);
  EXPECT_EQ(open_with(good(), 3, 4096), too_short);
  EXPECT_EQ(open_with(good(), 2, 4097), too_short);
  EXPECT_EQ(open_with(memory_of(8192, std::nullopt), 2, 4096), not_sealed);
  EXPECT_EQ(open_with(memory_of(8192, Seals::kFixedSize), 2, 4096), not_sealed);
  EXPECT_EQ(open_with(UniqueFd(::open("/dev/zero", O_RDWR)), 2, 4096), not_sealed);
  EXPECT_EQ(open_with(UniqueFd(), 2, 4096), not_sealed);
  EXPECT_EQ(open_with(memory_of(8192, Seals::kReadOnly, false), 2, 4096),
            "SHARED_RING_INVALID: its memory is made of holes");
}

TEST(SharedRingHandleTest, RefusesWhatIsNoWayBack) {
  const auto open = [](DataPipeProducerHandle returned) {
    return SharedRingConsumer::open(
               {.frames = SharedBufferHandle(memory_of(4096, Seals::kReadOnly)),
                .returned = std::move(returned),
                .num_frames = 1,
                .frame_bytes = 1})
        .error()
        .message();
  };
  EXPECT_EQ(open({}), "the handle holds no end of a data pipe");
  EXPECT_EQ(open({memory_of(4096, Seals::kFixedSize), memory_of(8192, Seals::kFixedSize)}),
            "DATA_PIPE_SIGNAL_INVALID: the descriptor is no stream socket");
  auto pipe = make_data_pipe({.capacity = 4096}).value();
  EXPECT_EQ(open({pipe.producer.take_signal(), memory_of(100, Seals::kFixedSize)}),
            "DATA_PIPE_MEMORY_INVALID: the memory is of a size that no pipe has");
}

class SharedRingHostileTest : public ::testing::Test {
 protected:
  SharedRingHostileTest() {
    producer_ =
        SharedRingProducer::create(io_.get_executor(), {.num_frames = 2, .frame_bytes = 100})
            .value();
    ring_ = producer_.take_reader();
  }
  /// The pipe of returned frames in the hands of the test.
  void take_way_back() { back_ = DataPipeProducer(io_.get_executor(), std::move(ring_.returned)); }
  void give_back(const std::vector<uint32_t>& indices) {
    const auto room = back_.begin_write(indices.size() * 4).value();
    ASSERT_EQ(room.size(), indices.size() * 4);
    std::memcpy(room.data(), indices.data(), room.size());
    back_.end_write(room.size());
  }
  std::string try_acquire() {
    auto frame = producer_.try_acquire();
    return frame ? "OK" : frame.error().message();
  }

  boost::asio::io_context io_{1};
  SharedRingProducer producer_;
  common::SharedRing ring_;
  DataPipeProducer back_;
};

TEST_F(SharedRingHostileTest, FramesThatAreNoneAreRefused) {
  SharedRingConsumer consumer = SharedRingConsumer::open(std::move(ring_)).value();
  const auto take = [&consumer](uint32_t index, uint64_t generation, uint64_t num_bytes) {
    return consumer.take({.index = index, .generation = generation, .num_bytes = num_bytes}).ok();
  };
  EXPECT_FALSE(take(2, 1, 0));
  EXPECT_FALSE(take(UINT32_MAX, 1, 0));
  EXPECT_FALSE(take(0, 1, 101));
  EXPECT_FALSE(take(0, 1, UINT64_MAX));
  EXPECT_FALSE(take(0, 0, 100)) << "generations begin at 1";
  auto held = consumer.take({.index = 0, .generation = 5, .num_bytes = 100});
  EXPECT_TRUE(held.ok());
  EXPECT_FALSE(take(0, 6, 100)) << "it is still being read";
  held->release();
  EXPECT_FALSE(take(0, 5, 100)) << "told twice";
  EXPECT_TRUE(take(0, 6, 100));
  EXPECT_EQ(SharedRingConsumer().take({}).error().code(), make_error_code(Errc::kBadMessage));
}

TEST_F(SharedRingHostileTest, WhatWasNotLentDoesNotComeBack) {
  const std::string rule = "SHARED_RING_RETURN_INVALID: a frame that was not lent came back";
  const auto use = [&](const std::vector<uint32_t>& indices, bool lends) {
    producer_ =
        SharedRingProducer::create(io_.get_executor(), {.num_frames = 2, .frame_bytes = 1}).value();
    ring_ = producer_.take_reader();
    take_way_back();
    if (lends) static_cast<void>(producer_.try_acquire().value().share());  // the frame 0
    give_back(indices);
    return try_acquire();
  };
  EXPECT_EQ(use({0}, false), rule);
  EXPECT_EQ(use({0}, true), "OK");
  EXPECT_EQ(use({0, 0}, true), rule);
  EXPECT_EQ(use({1}, true), rule);
  EXPECT_EQ(use({2}, true), rule);
  EXPECT_EQ(use({UINT32_MAX}, true), rule);
  EXPECT_FALSE(producer_.is_open());
  EXPECT_EQ(producer_.failure()->message(), rule);
  EXPECT_EQ(try_acquire(), rule);
}

TEST_F(SharedRingHostileTest, AWaitingAcquireHearsOfIt) {
  take_way_back();
  const SharedRingFrame first = *producer_.try_acquire();
  const SharedRingFrame second = *producer_.try_acquire();
  std::optional<error_code> error;
  producer_.async_acquire([&error](error_code result, const SharedRingFrame& frame) {
    error = result;
    EXPECT_FALSE(frame.is_valid());
  });
  run_ready(io_);
  EXPECT_FALSE(error);
  give_back({0});
  run_until(io_, [&error] { return error.has_value(); });
  EXPECT_EQ(*error, Errc::kBadMessage);
}

TEST_F(SharedRingHostileTest, AReaderThatGivesNothingBackOnlyGetsNothing) {
  const SharedRingConsumer consumer = SharedRingConsumer::open(std::move(ring_)).value();
  for (int i = 0; i < 2; ++i) static_cast<void>(producer_.try_acquire().value().share());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(try_acquire(), "all frames of the ring are in use");
}

TEST_F(SharedRingHostileTest, AReaderCannotWrite) {
  const UniqueFd frames = ring_.frames.take_descriptor();
  EXPECT_EQ(::mmap(nullptr, 4096, PROT_WRITE, MAP_SHARED, frames.get(), 0), MAP_FAILED);
  EXPECT_LT(::pwrite(frames.get(), "x", 1, 0), 0);
  EXPECT_NE(::ftruncate(frames.get(), 0), 0);
  EXPECT_NE(::fallocate(frames.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096), 0);
}

// Both shared memories are written at random by somebody while both sides work.
TEST_F(SharedRingHostileTest, AnythingMayStandInTheWayBack) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    producer_ = SharedRingProducer::create(io_.get_executor(), {.num_frames = 2, .frame_bytes = 10})
                    .value();
    common::SharedRing ring = producer_.take_reader();
    const UniqueFd memory = ring.returned.take_memory();
    const MemoryRef mapping = *platform::map_ring(memory, 4096, 8192);
    ring.returned = {ring.returned.take_signal(), UniqueFd(::fcntl(memory.get(), F_DUPFD, 0))};
    auto consumer = SharedRingConsumer::open(std::move(ring));
    ASSERT_TRUE(consumer.ok());
    for (int step = 0; step < 20; ++step) {
      const size_t place = random() % 2 != 0 ? random() % 256 : 4096 + random() % 64;
      mapping->data()[place] = static_cast<uint8_t>(random() % 4);
      auto frame = producer_.try_acquire();
      if (!frame) continue;
      auto view = consumer->take(std::move(*frame).share());
      if (!view) break;  // given back by the one who writes; then it is lent twice
      EXPECT_EQ(view->bytes().size(), 10U);
    }
  }
}

TEST(SharedRingProcessTest, AReaderThatIsKilledEndsTheRing) {
  boost::asio::io_context io{1};
  SharedRingProducer producer =
      SharedRingProducer::create(io.get_executor(), {.num_frames = 1, .frame_bytes = 100}).value();
  common::SharedRing ring = producer.take_reader();
  const common::SharedFrame sent = producer.try_acquire().value().share();
  const pid_t child = ::fork();
  if (child == 0) {
    auto consumer = SharedRingConsumer::open(std::move(ring));
    const bool is_there = consumer.ok() && consumer->take(sent).ok();  // taken and given back
    ::_exit(is_there ? 0 : 1);
  }
  ring = common::SharedRing();
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  static_cast<void>(producer.try_acquire().value().share());
  std::optional<error_code> error;
  producer.async_acquire([&error](error_code result, const SharedRingFrame&) { error = result; });
  run_until(io, [&error] { return error.has_value(); });
  EXPECT_EQ(*error, Errc::kDisconnected);
}

}  // namespace
}  // namespace ferrule::test
