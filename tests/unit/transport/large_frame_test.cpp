// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <thread>

#include "transport_fixture.h"

namespace ferrule::transport {
namespace {

class LargeFrameTest : public SocketPairTest {
 protected:
  /// As an encoder does it: straight into what the transport gave.
  Frame encode(const std::vector<uint8_t>& bytes) {
    Frame frame;
    frame.body = left->allocate(bytes.size());
    EXPECT_EQ(frame.body.size(), bytes.size());
    EXPECT_GE(frame.body.headroom(), kHeadroomBytes);
    std::memcpy(frame.body.data(), bytes.data(), bytes.size());
    return frame;
  }

  /// With everything but the first 96 and the last 8 bytes left to the sender.
  Frame encode_deferred(const std::vector<uint8_t>& bytes) {
    Frame frame;
    frame.body = left->allocate(bytes.size());
    std::memcpy(frame.body.data(), bytes.data(), 96);
    std::memcpy(frame.body.data() + bytes.size() - 8, bytes.data() + bytes.size() - 8, 8);
    frame.body.defer_copy(96, std::span(bytes).subspan(96, bytes.size() - 104));
    return frame;
  }

  void expect_arrival(const std::vector<uint8_t>& bytes, size_t index) {
    run_until([&] { return right_heard.frames.size() > index; });
    const Buffer& body = right_heard.frames[index].body;
    ASSERT_EQ(body.size(), bytes.size());
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), body.data()));
    EXPECT_NE(body.memory()->kind(), MemoryKind::kShared);
  }
};

constexpr size_t kSizes[] = {65536, 65537, 100000, 262144, 262145, 262248, 1 << 20, 5'000'001};

TEST_F(LargeFrameTest, ArrivesFromARegion) {
  connect();
  size_t index = 0;
  for (size_t size : kSizes) {
    const std::vector<uint8_t> bytes = random_bytes(size, 1);
    left->send(encode(bytes));
    expect_arrival(bytes, index++);
  }
}

TEST_F(LargeFrameTest, ArrivesInPieces) {
  connect();
  size_t index = 0;
  for (size_t size : kSizes) {
    const std::vector<uint8_t> bytes = random_bytes(size, 2);
    left->send(encode_deferred(bytes));
    expect_arrival(bytes, index++);
  }
}

TEST_F(LargeFrameTest, ArrivesFromTheHeap) {
  connect();
  size_t index = 0;
  for (size_t size : kSizes) {
    const std::vector<uint8_t> bytes = random_bytes(size, 3);
    left->send(make_frame(bytes));
    expect_arrival(bytes, index++);
  }
}

TEST_F(LargeFrameTest, ArrivesInASealedMemfdWhenTheArenaIsFull) {
  options_.max_arena_bytes = 0;
  connect();
  size_t index = 0;
  for (size_t size : kSizes) {
    const std::vector<uint8_t> bytes = random_bytes(size, 4);
    left->send(index % 2 == 0 ? encode(bytes) : encode_deferred(bytes));
    expect_arrival(bytes, index++);
  }
  EXPECT_EQ(left->counters().descriptors_sent, std::size(kSizes));
}

TEST_F(LargeFrameTest, ManyDeferredRunsArrive) {
  connect();
  const std::vector<uint8_t> bytes = random_bytes(3'000'000, 5);
  for (const uint32_t seed : {1U, 2U, 3U, 4U}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    Frame frame = encode(std::vector<uint8_t>(bytes.size(), 0));
    for (size_t at = 0; at < bytes.size();) {
      const size_t size = std::min<size_t>(random() % 600'000, bytes.size() - at);
      if (random() % 2 == 0) {
        frame.body.defer_copy(at, std::span(bytes).subspan(at, size));
      } else {
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size, frame.body.data() + at);
      }
      at += size;
    }
    left->send(std::move(frame));
    expect_arrival(bytes, seed - 1);
  }
}

TEST_F(LargeFrameTest, TailDescriptorsAndHeadersInFrontComeAlong) {
  for (size_t arena : {size_t{0}, size_t{64} << 20}) {
    for (size_t size : {100'000U, 2'000'000U}) {
      options_.max_arena_bytes = arena;
      right_heard = Recorder();
      connect();
      std::vector<uint8_t> bytes = random_bytes(size, 6);
      Frame frame = encode_deferred(bytes);
      std::memset(frame.body.prepend(32).data(), 'h', 32);
      frame.tail.assign(48, 't');
      frame.descriptors.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      frame.descriptors.emplace_back(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
      left->send(std::move(frame));
      bytes.insert(bytes.begin(), 32, 'h');
      bytes.insert(bytes.end(), 48, 't');
      expect_arrival(bytes, 0);
      ASSERT_EQ(right_heard.frames[0].descriptors.size(), 2U);
      char byte = 1;
      EXPECT_EQ(::read(right_heard.frames[0].descriptors[0].get(), &byte, 1), 0);
      EXPECT_EQ(::read(right_heard.frames[0].descriptors[1].get(), &byte, 1), 1);
    }
  }
}

TEST_F(LargeFrameTest, NoPayloadPassesThroughTheSocket) {
  connect();
  const std::vector<uint8_t> bytes = random_bytes(33'000'000, 7);
  for (size_t i = 0; i < 3; ++i) {
    left->send(encode_deferred(bytes));
    expect_arrival(bytes, i);
  }
  const TransportCounters sent = left->counters();
  const TransportCounters received = right->counters();
  EXPECT_EQ(sent.shared_bytes_sent, 3 * bytes.size());
  EXPECT_EQ(received.shared_bytes_received, 3 * bytes.size());
  EXPECT_LT(sent.socket_bytes_sent, 50'000U);
  EXPECT_EQ(sent.frames_sent, 3U);
  EXPECT_EQ(received.frames_received, 3U);
}

TEST_F(LargeFrameTest, RegionsAreUsedAgain) {
  options_.max_arena_bytes = 8 << 20;
  connect();
  const std::vector<uint8_t> bytes = random_bytes(5'000'000, 8);
  for (size_t i = 0; i < 20; ++i) {
    Frame frame = i % 2 == 0 ? encode(bytes) : encode_deferred(bytes);
    EXPECT_EQ(frame.body.memory()->kind(), MemoryKind::kShared);
    left->send(std::move(frame));
    expect_arrival(bytes, i);
    right_heard.frames[i].body = {};
  }
  // The hot segment and one more.
  EXPECT_EQ(left->counters().descriptors_sent, 2U);
}

TEST_F(LargeFrameTest, SegmentsThatBecameTooSmallMakeRoom) {
  options_.max_arena_bytes = 20 << 20;
  connect();
  size_t index = 0;
  for (size_t megabytes : {3U, 6U, 12U, 18U, 5U, 19U, 1U}) {
    const std::vector<uint8_t> bytes = random_bytes(megabytes << 20, 9);
    Frame frame = encode(bytes);
    EXPECT_EQ(frame.body.memory()->kind(), MemoryKind::kShared) << megabytes << " MiB";
    left->send(std::move(frame));
    expect_arrival(bytes, index++);
  }
}

TEST_F(LargeFrameTest, ABusyPeerMakesTheArenaFullAndNothingIsLost) {
  options_.max_arena_bytes = 4 << 20;
  connect();
  std::vector<std::vector<uint8_t>> sent;
  for (uint32_t i = 0; i < 60; ++i) {
    sent.push_back(random_bytes(300'000 + i * 1000, i));
    // Nobody receives in the meantime.
    left->send(i % 2 == 0 ? encode(sent.back()) : encode_deferred(sent.back()));
  }
  for (size_t i = 0; i < sent.size(); ++i) expect_arrival(sent[i], i);
  EXPECT_GT(left->counters().descriptors_sent, 20U);
}

TEST_F(LargeFrameTest, SmallFramesMayOvertakeButNothingElseChanges) {
  connect();
  const std::vector<uint8_t> bytes = random_bytes(20'000'000, 10);
  std::thread large([&] { left->send(make_frame(bytes)); });
  std::thread small([&] {
    for (int i = 0; i < 100; ++i) left->send(make_frame("small"));
  });
  run_until([&] { return right_heard.frames.size() == 101; });
  large.join();
  small.join();
  for (const Recorder::Received& frame : right_heard.frames) {
    if (frame.body.size() == 5) continue;
    EXPECT_EQ(to_vector(frame.body), bytes);
  }
}

TEST_F(LargeFrameTest, ThreadsSendLargeFramesAtOnce) {
  connect();
  constexpr uint32_t kThreads = 3;
  constexpr uint32_t kFrames = 12;
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (uint32_t i = 0; i < kFrames; ++i) {
        const uint32_t id = t * kFrames + i;
        std::vector<uint8_t> bytes = random_bytes(70'000 + id * 40'000, id);
        std::memcpy(bytes.data(), &id, 4);
        if (i % 3 == 0) {
          left->send(make_frame(bytes));
        } else if (i % 3 == 1) {
          left->send(encode(bytes));
        } else {
          left->send(encode_deferred(bytes));
        }
      }
    });
  }
  run_until([&] { return right_heard.frames.size() == size_t{kThreads} * kFrames; });
  for (std::thread& thread : threads) thread.join();
  std::vector<bool> seen(kThreads * kFrames);
  for (const Recorder::Received& frame : right_heard.frames) {
    uint32_t id = 0;
    std::memcpy(&id, frame.body.data(), 4);
    ASSERT_LT(id, seen.size());
    EXPECT_FALSE(seen[id]);
    seen[id] = true;
    std::vector<uint8_t> bytes = random_bytes(70'000 + id * 40'000, id);
    std::memcpy(bytes.data(), &id, 4);
    EXPECT_EQ(to_vector(frame.body), bytes);
  }
}

TEST_F(LargeFrameTest, ASenderThatKeepsWritingCannotChangeWhatArrived) {
  connect();
  const std::vector<uint8_t> bytes = random_bytes(1 << 20, 11);
  Frame frame = encode(bytes);
  const MemoryRef region = frame.body.memory();
  left->send(std::move(frame));
  run_until([&] { return right_heard.frames.size() == 1; });
  std::memset(region->data(), 0xee, region->size());
  expect_arrival(bytes, 0);
}

TEST_F(LargeFrameTest, ARegionThatIsStillHeldHereIsNotUsedAgain) {
  connect();
  const std::vector<uint8_t> first = random_bytes(1 << 20, 12);
  Frame frame = encode(first);
  const MemoryRef region = frame.body.memory();
  left->send(std::move(frame));
  expect_arrival(first, 0);
  for (size_t i = 1; i < 10; ++i) {
    const std::vector<uint8_t> other = random_bytes(1 << 20, 13);
    left->send(encode(other));
    expect_arrival(other, i);
  }
  EXPECT_EQ(std::memcmp(region->data() + kHeadroomBytes, first.data(), first.size()), 0);
}

TEST_F(LargeFrameTest, ASealedFrameIsPassedOnWithoutACopy) {
  options_.max_arena_bytes = 0;
  connect();
  std::vector<uint8_t> bytes = random_bytes(10'000'000, 14);
  std::memset(bytes.data(), 1, 40);
  left->send(make_frame(bytes));
  expect_arrival(bytes, 0);
  for (uint8_t hop = 2; hop < 6; ++hop) {
    // Each hop takes its header off, puts another one in front and adds a tail.
    Frame frame;
    frame.body = std::move(right_heard.frames[0].body);
    right_heard.frames.clear();
    frame.body.remove_prefix(40);
    ASSERT_TRUE(frame.body.can_prepend(40));
    std::memset(frame.body.prepend(40).data(), hop, 40);
    frame.tail.assign(hop, hop);
    std::memset(bytes.data(), hop, 40);
    bytes.insert(bytes.end(), hop, hop);
    const uint64_t before = left->counters().socket_bytes_sent;
    left->send(std::move(frame));
    EXPECT_LT(left->counters().socket_bytes_sent - before, 10'000U);
    expect_arrival(bytes, 0);
  }
}

TEST_F(LargeFrameTest, BuffersMayOutliveTheTransport) {
  Buffer unsent;
  Buffer received;
  {
    connect();
    unsent = left->allocate(1 << 20);
    left->send(make_frame(random_bytes(2 << 20, 15)));
    run_until([&] { return right_heard.frames.size() == 1; });
    received = std::move(right_heard.frames[0].body);
    left.reset();
    right.reset();
  }
  std::memset(unsent.data(), 1, unsent.size());
  EXPECT_EQ(to_vector(received), random_bytes(2 << 20, 15));
}

TEST_F(LargeFrameTest, LeavesNoDescriptorAndNoMappingBehind) {
  const size_t descriptors = count_entries("/proc/self/fd");
  const size_t maps = count_memfd_maps();
  for (bool is_left_first : {true, false}) {
    boost::asio::io_context own;
    Result<std::pair<UniqueFd, UniqueFd>> pair = platform::make_socket_pair();
    ASSERT_TRUE(pair.ok());
    SocketOptions options;
    options.max_arena_bytes = 8 << 20;
    auto one =
        std::make_unique<SocketTransport>(own.get_executor(), std::move(pair->first), options);
    auto two =
        std::make_unique<SocketTransport>(own.get_executor(), std::move(pair->second), options);
    Recorder one_heard;
    Recorder two_heard;
    one->start(one_heard);
    two->start(two_heard);
    for (int i = 0; i < 20; ++i) {
      one->send(make_frame(random_bytes(3'000'000, 1)));
      two->send(make_frame(random_bytes(1'000'000, 1)));
    }
    EXPECT_GT(count_memfd_maps(), maps);
    // Some have arrived, some have not, and one end goes first.
    own.run_one();
    (is_left_first ? one : two).reset();
    own.poll();
  }
  EXPECT_EQ(count_entries("/proc/self/fd"), descriptors);
  EXPECT_EQ(count_memfd_maps(), maps);
}

}  // namespace
}  // namespace ferrule::transport
