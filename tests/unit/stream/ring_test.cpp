// SPDX-License-Identifier: Apache-2.0
#include "ferrule/stream/ring.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace ferrule::stream {
namespace {

constexpr size_t kCapacity = 64;

/// A ring in ordinary memory. What is written to the second copy is moved to the first, as two
/// mappings of the same pages would have it. The bytes around it must stay as they are.
struct Ground {
  RingHeader header{};
  std::vector<uint8_t> bytes = std::vector<uint8_t>(4 * kCapacity, 0xee);

  RingMemory memory() { return {&header, bytes.data() + kCapacity, kCapacity}; }
  bool is_untouched_around() const {
    const auto is_fence = [](uint8_t byte) { return byte == 0xee; };
    return std::all_of(bytes.begin(), bytes.begin() + kCapacity, is_fence) &&
           std::all_of(bytes.end() - kCapacity, bytes.end(), is_fence);
  }
};

void write(RingEnd& end, size_t n) { static_cast<void>(end.pass(n)); }

TEST(RingTest, BeginsEmpty) {
  Ground ground;
  RingEnd producer(ground.memory(), true);
  RingEnd consumer(ground.memory(), false);
  EXPECT_EQ(producer.look(), kCapacity);
  EXPECT_EQ(consumer.look(), 0U);
  EXPECT_FALSE(consumer.is_broken() || producer.is_broken());
}

TEST(RingTest, PassesBytesAndThenTheirRoom) {
  Ground ground;
  RingEnd producer(ground.memory(), true);
  RingEnd consumer(ground.memory(), false);
  producer.bytes(3)[0] = 7;
  write(producer, 3);
  EXPECT_EQ(producer.look(), kCapacity - 3);
  ASSERT_EQ(consumer.look(), 3U);
  EXPECT_EQ(consumer.bytes(100).size(), 3U);
  EXPECT_EQ(consumer.bytes(100)[0], 7);
  write(consumer, 2);
  EXPECT_EQ(producer.look(), kCapacity - 1);
  EXPECT_EQ(consumer.look(), 1U);
}

TEST(RingTest, GoesOnWhereItStands) {
  Ground ground;
  RingEnd producer(ground.memory(), true);
  write(producer, 40);
  RingEnd consumer(ground.memory(), false);
  consumer.look();
  write(consumer, 30);
  RingEnd again(ground.memory(), true);
  EXPECT_EQ(again.look(), kCapacity - 10);
  RingEnd reader(ground.memory(), false);
  EXPECT_EQ(reader.look(), 10U);
  EXPECT_EQ(reader.bytes(1).data(), ground.memory().bytes + 30);
}

// --- a hostile other side -----------------------------------------------------------------------

struct Lie {
  const char* what;
  uint64_t position;
};

class RingLieTest : public ::testing::TestWithParam<Lie> {};

// Both have passed 100 and 90 bytes, in pieces.
struct Midway : Ground {
  Midway() {
    for (int i = 0; i < 10; ++i) {
      producer.look();
      write(producer, 10);
      consumer.look();
      if (i < 9) write(consumer, 10);
    }
    producer.look();
    consumer.look();
  }
  RingEnd producer{memory(), true};
  RingEnd consumer{memory(), false};
};

TEST_P(RingLieTest, OfTheConsumerBreaksTheProducer) {
  Midway ground;
  ground.header.consumer.position = GetParam().position;
  EXPECT_EQ(ground.producer.look(), 0U);
  EXPECT_TRUE(ground.producer.is_broken());
  EXPECT_TRUE(ground.producer.bytes(SIZE_MAX).empty());
  ground.header.consumer.position = 95;
  EXPECT_EQ(ground.producer.look(), 0U) << "it is for good";
}

INSTANTIATE_TEST_SUITE_P(Consumer, RingLieTest,
                         ::testing::Values(Lie{"beyond what was written", 101},
                                           Lie{"a whole ring beyond", 100 + kCapacity},
                                           Lie{"backwards by one", 89}, Lie{"the beginning", 0},
                                           Lie{"huge", UINT64_MAX},
                                           Lie{"wraps to nearly the same", uint64_t{1} << 63}),
                         [](const auto& lie) { return "Lie" + std::to_string(lie.index); });

class RingProducerLieTest : public ::testing::TestWithParam<Lie> {};

TEST_P(RingProducerLieTest, OfTheProducerBreaksTheConsumer) {
  Midway ground;
  ground.header.producer.position = GetParam().position;
  EXPECT_EQ(ground.consumer.look(), 0U);
  EXPECT_TRUE(ground.consumer.is_broken());
  EXPECT_TRUE(ground.consumer.bytes(SIZE_MAX).empty());
}

INSTANTIATE_TEST_SUITE_P(Producer, RingProducerLieTest,
                         ::testing::Values(Lie{"more than the ring holds", 90 + kCapacity + 1},
                                           Lie{"backwards by one", 99},
                                           Lie{"behind the consumer", 89}, Lie{"the beginning", 0},
                                           Lie{"huge", UINT64_MAX},
                                           Lie{"half of all", uint64_t{1} << 63}),
                         [](const auto& lie) { return "Lie" + std::to_string(lie.index); });

TEST(RingTest, KeepsItsOwnPosition) {
  Midway ground;
  ground.header.producer.position = 12345;
  ground.producer.look();
  EXPECT_FALSE(ground.producer.is_broken());
  EXPECT_EQ(ground.producer.bytes(1).data(), ground.memory().bytes + 100 % kCapacity);
  write(ground.producer, 1);
  EXPECT_EQ(ground.header.producer.position, 101U);
}

TEST(RingTest, DoesNotBeginWithPositionsThatCannotBe) {
  for (const auto& [written, read] : {std::pair<uint64_t, uint64_t>{kCapacity + 1, 0},
                                      {0, 1},
                                      {UINT64_MAX, UINT64_MAX},
                                      {3, UINT64_MAX},
                                      {uint64_t{1} << 63 | 1, uint64_t{1} << 63 | 1}}) {
    for (const bool is_producer : {true, false}) {
      Ground ground;
      ground.header.producer.position = written;
      ground.header.consumer.position = read;
      RingEnd end(ground.memory(), is_producer);
      EXPECT_TRUE(end.is_broken()) << written << ' ' << read;
      EXPECT_EQ(end.look(), 0U);
    }
  }
}

TEST(RingTest, HandsOutNoByteOutsideWhateverTheOtherSideWrites) {
  Ground ground;
  std::mt19937_64 random(1);
  RingEnd end;
  for (int i = 0; i < 200000; ++i) {
    // A lie breaks the end for good, so begin again; half of the values are near the truth.
    if (i % 20 == 0 || end.is_broken()) end = RingEnd(ground.memory(), (random() & 1U) != 0);
    const uint64_t near = ground.header.producer.position + random() % 200 - 100;
    const uint64_t value = (random() & 1U) != 0 ? near : random() >> (random() % 64);
    RingSide& side = (random() & 1U) != 0 ? ground.header.producer : ground.header.consumer;
    side.position = value;
    side.wake_at = random();
    side.is_closed = static_cast<uint32_t>(random() % 3);
    end.look();
    const std::span<uint8_t> bytes = end.bytes(SIZE_MAX);
    ASSERT_LE(bytes.size(), kCapacity);
    std::fill(bytes.begin(), bytes.end(), uint8_t{1});
    static_cast<void>(end.pass(bytes.size() / 2));
    static_cast<void>(end.prepare_sleep(1 + random() % (kCapacity / 2)));
  }
  EXPECT_TRUE(ground.is_untouched_around());
}

// The values change between any two instructions of ours.
TEST(RingTest, HandsOutNoByteOutsideWhileTheOtherSideWritesAtTheSameTime) {
  Ground ground;
  std::atomic<bool> is_done = false;
  std::thread liar([&] {
    std::mt19937_64 random(2);
    while (!is_done.load(std::memory_order_relaxed)) {
      ground.header.producer.position = ground.header.consumer.position + random() % 80;
      ground.header.consumer.wake_at = random() % 4;
      ground.header.producer.is_closed = random() % 2;
    }
  });
  for (int i = 0; i < 100000; ++i) {
    RingEnd consumer(ground.memory(), false);
    for (int look = 0; look < 4; ++look) {
      consumer.look();
      const std::span<uint8_t> bytes = consumer.bytes(SIZE_MAX);
      ASSERT_LE(bytes.size(), kCapacity);
      ASSERT_GE(bytes.data(), ground.memory().bytes);
      ASSERT_LE(bytes.data() + bytes.size(), ground.memory().bytes + 2 * kCapacity);
      static_cast<void>(consumer.pass(bytes.size()));
      static_cast<void>(consumer.prepare_sleep(1));
    }
  }
  is_done = true;
  liar.join();
}

// --- sleeping -----------------------------------------------------------------------------------

TEST(RingTest, WakesOnlyWhoSleeps) {
  Ground ground;
  RingEnd producer(ground.memory(), true);
  RingEnd consumer(ground.memory(), false);
  EXPECT_FALSE(producer.pass(1));
  EXPECT_FALSE(consumer.prepare_sleep(1)) << "there is a byte, since the last look";
  EXPECT_FALSE(consumer.pass(1));
  EXPECT_TRUE(consumer.prepare_sleep(1));
  EXPECT_TRUE(producer.pass(1));
  EXPECT_FALSE(producer.pass(1)) << "one bell is enough";
}

TEST(RingTest, WakesAReaderWhenThereIsWhatItWaitsFor) {
  Ground ground;
  RingEnd producer(ground.memory(), true);
  RingEnd consumer(ground.memory(), false);
  EXPECT_TRUE(consumer.prepare_sleep(10));
  EXPECT_FALSE(producer.pass(9));
  EXPECT_TRUE(producer.pass(1));
}

TEST(RingTest, WakesAWriterWhenHalfIsFree) {
  Ground ground;
  RingEnd producer(ground.memory(), true);
  RingEnd consumer(ground.memory(), false);
  static_cast<void>(producer.pass(kCapacity));
  EXPECT_TRUE(producer.prepare_sleep(1));
  consumer.look();
  EXPECT_FALSE(consumer.pass(kCapacity / 2 - 1));
  EXPECT_TRUE(consumer.pass(1));
}

TEST(RingTest, DoesNotSleepWhenTheOtherSideClosed) {
  Ground ground;
  RingEnd producer(ground.memory(), true);
  RingEnd consumer(ground.memory(), false);
  producer.close();
  EXPECT_FALSE(consumer.prepare_sleep(1));
  EXPECT_TRUE(consumer.is_peer_closed());
  ground.header.producer.is_closed = 0;
  EXPECT_TRUE(consumer.is_peer_closed()) << "no way back";
}

// Every mix of what the two wait for, from every fill: never do both sleep.
TEST(RingTest, NeverLetsBothSleep) {
  for (size_t fill = 0; fill <= kCapacity; ++fill) {
    for (size_t wanted = 1; wanted <= kCapacity / 2; ++wanted) {
      for (size_t room = 1; room <= kCapacity / 2; ++room) {
        for (const bool reader_first : {true, false}) {
          Ground ground;
          RingEnd producer(ground.memory(), true);
          RingEnd consumer(ground.memory(), false);
          static_cast<void>(producer.pass(fill));
          consumer.look();
          if (reader_first) {
            const bool reader_sleeps = consumer.prepare_sleep(wanted);
            const bool writer_sleeps = producer.prepare_sleep(room);
            ASSERT_FALSE(reader_sleeps && writer_sleeps) << fill << ' ' << wanted << ' ' << room;
            continue;
          }
          // The writer sleeps first, the reader takes what there is in small bites, then sleeps.
          if (!producer.prepare_sleep(room)) continue;
          bool is_woken = false;
          while (consumer.look() >= wanted) is_woken = consumer.pass(1) || is_woken;
          if (consumer.prepare_sleep(wanted)) {
            ASSERT_TRUE(is_woken) << fill << ' ' << wanted << ' ' << room;
          }
        }
      }
    }
  }
}

// --- against a plain queue ----------------------------------------------------------------------

TEST(RingTest, CarriesWhatAQueueCarries) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    Ground ground;
    RingEnd producer(ground.memory(), true);
    RingEnd consumer(ground.memory(), false);
    std::deque<uint8_t> queue;
    uint8_t* const first = ground.memory().bytes;
    for (int step = 0; step < 2000; ++step) {
      if (random() % 50 == 0) producer = RingEnd(ground.memory(), true);
      if (random() % 50 == 0) consumer = RingEnd(ground.memory(), false);
      if ((random() & 1U) != 0) {
        ASSERT_EQ(producer.look(), kCapacity - queue.size());
        const auto room = producer.bytes(random() % (kCapacity + 10));
        for (uint8_t& byte : room) {
          byte = static_cast<uint8_t>(random());
          // What two mappings of the same pages do.
          const size_t at = static_cast<size_t>(&byte - first) % kCapacity;
          first[at] = first[at + kCapacity] = byte;
          queue.push_back(byte);
        }
        static_cast<void>(producer.pass(room.size()));
      } else {
        ASSERT_EQ(consumer.look(), queue.size());
        const auto bytes = consumer.bytes(random() % (kCapacity + 10));
        for (const uint8_t byte : bytes) {
          ASSERT_EQ(byte, queue.front());
          queue.pop_front();
        }
        static_cast<void>(consumer.pass(bytes.size()));
      }
    }
    EXPECT_TRUE(ground.is_untouched_around());
  }
}

}  // namespace
}  // namespace ferrule::stream
