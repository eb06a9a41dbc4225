// SPDX-License-Identifier: Apache-2.0
// What a peer can do with the memory it offers, and with what it says about it.
#include <sys/mman.h>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/platform/socket_message.h"
#include "ferrule/transport/frame_header.h"
#include "ferrule/transport/large_frame.h"

#include "transport_fixture.h"

namespace ferrule::transport {
namespace {

using platform::Seals;

constexpr size_t kBodyBytes = 100'000;

class HostileArenaTest : public SocketPairTest {
 protected:
  // Whatever the peer did, its descriptors and its memory do not stay with us.
  void SetUp() override {
    open_reactor();
    num_descriptors_ = count_entries("/proc/self/fd");
    num_maps_ = count_memfd_maps();
    connect_raw();
  }
  void TearDown() override {
    right_heard.frames.clear();
    right.reset();
    raw.reset();
    EXPECT_EQ(count_entries("/proc/self/fd"), num_descriptors_);
    EXPECT_EQ(count_memfd_maps(), num_maps_);
  }

  /// A frame with `records`, each copied as it stands in memory.
  template <class... Records>
  void write_frame(FrameKind kind, uint64_t segment, UniqueFd descriptor,
                   const Records&... records) {
    std::vector<uint8_t> bytes(kFrameHeaderBytes);
    (append(bytes, records), ...);
    std::vector<UniqueFd> descriptors;
    if (descriptor) descriptors.push_back(std::move(descriptor));
    write_frame_header({static_cast<uint32_t>(bytes.size() - kFrameHeaderBytes),
                        static_cast<uint16_t>(descriptors.size()), kind, segment},
                       bytes);
    const iovec piece{bytes.data(), bytes.size()};
    Result<platform::SocketTransfer> sent =
        platform::send_with_descriptors(raw, {&piece, 1}, descriptors);
    ASSERT_TRUE(sent.ok());
    ASSERT_EQ(sent->num_bytes, bytes.size());
  }

  template <class Record>
  static void append(std::vector<uint8_t>& bytes, const Record& record) {
    const auto* begin = reinterpret_cast<const uint8_t*>(&record);
    bytes.insert(bytes.end(), begin, begin + sizeof(record));
  }

  static UniqueFd make_memfd(size_t num_bytes, std::optional<Seals> seals) {
    Result<UniqueFd> memfd = platform::create_memfd("test", num_bytes);
    EXPECT_TRUE(memfd.ok());
    if (seals) {
      EXPECT_TRUE(platform::seal_memfd(*memfd, *seals).ok());
    }
    return *std::move(memfd);
  }

  static UniqueFd make_full_memfd(size_t num_bytes, std::optional<Seals> seals) {
    UniqueFd memfd = make_memfd(num_bytes, std::nullopt);
    EXPECT_TRUE(platform::write_memfd(memfd, 0, random_bytes(num_bytes, 1)).ok());
    if (seals) {
      EXPECT_TRUE(platform::seal_memfd(memfd, *seals).ok());
    }
    return memfd;
  }

  void send_segment(uint64_t id, size_t announced, size_t real, std::optional<Seals> seals) {
    write_frame(FrameKind::kSegment, id, make_memfd(real, seals), SegmentRecord{announced});
  }
  void send_good_segments() {
    send_segment(0, kHotSegmentBytes, kHotSegmentBytes, Seals::kFixedSize);
    send_segment(1, kBodyBytes, kBodyBytes, Seals::kFixedSize);
    settle();
    ASSERT_FALSE(right_heard.closed.has_value());
  }

  void expect_closed_with(const std::string& rule) {
    run_until([&] { return right_heard.closed.has_value(); });
    EXPECT_EQ(right_heard.closed->code(), make_error_code(Errc::kBadMessage));
    EXPECT_EQ(right_heard.closed->message().substr(0, rule.size()), rule)
        << right_heard.closed->message();
  }

 private:
  size_t num_descriptors_ = 0;
  size_t num_maps_ = 0;
};

TEST_F(HostileArenaTest, ARegionArrives) {
  send_good_segments();
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{1000, 1},
              PieceRecord{1, 1000, kBodyBytes - 1000, 20, 1});
  settle();
  ASSERT_FALSE(right_heard.closed.has_value()) << right_heard.closed->message();
  ASSERT_EQ(right_heard.frames.size(), 1U);
  EXPECT_EQ(right_heard.frames[0].body.size(), 1000U);
}

TEST_F(HostileArenaTest, SegmentThatMayShrink) {
  send_segment(1, kBodyBytes, kBodyBytes, std::nullopt);
  expect_closed_with("SEGMENT_INVALID");
}

TEST_F(HostileArenaTest, SegmentShorterThanAnnounced) {
  send_segment(1, kBodyBytes, kBodyBytes - 1, Seals::kFixedSize);
  expect_closed_with("SEGMENT_INVALID");
}

TEST_F(HostileArenaTest, SegmentThatIsAFile) {
  write_frame(FrameKind::kSegment, 1, UniqueFd(::open("/etc/passwd", O_RDONLY | O_CLOEXEC)),
              SegmentRecord{10});
  expect_closed_with("SEGMENT_INVALID");
}

TEST_F(HostileArenaTest, SegmentAnnouncedTwice) {
  send_good_segments();
  send_segment(1, kBodyBytes, kBodyBytes, Seals::kFixedSize);
  expect_closed_with("SEGMENT_INVALID");
}

TEST_F(HostileArenaTest, HotSegmentOfAnotherSize) {
  send_segment(0, kHotSegmentBytes - 4096, kHotSegmentBytes, Seals::kFixedSize);
  expect_closed_with("SEGMENT_INVALID");
}

TEST_F(HostileArenaTest, HotSegmentWhoseCellsCannotBeWritten) {
  send_segment(0, kHotSegmentBytes, kHotSegmentBytes, Seals::kImmutable);
  expect_closed_with("SEGMENT_INVALID");
}

TEST_F(HostileArenaTest, MoreArenaThanThereMayBe) {
  send_segment(1, kMaxArenaBytes, kMaxArenaBytes, Seals::kFixedSize);
  settle();
  ASSERT_FALSE(right_heard.closed.has_value());
  send_segment(2, 1, 1, Seals::kFixedSize);
  expect_closed_with("SEGMENT_INVALID");
}

TEST_F(HostileArenaTest, MoreSegmentsThanThereMayBe) {
  for (size_t i = 1; i <= kMaxSegments + 1; ++i) send_segment(i, 10, 10, Seals::kFixedSize);
  expect_closed_with("SEGMENT_INVALID");
}

TEST_F(HostileArenaTest, SegmentDroppedTwice) {
  send_good_segments();
  write_frame(FrameKind::kDropSegment, 1, UniqueFd());
  write_frame(FrameKind::kDropSegment, 1, UniqueFd());
  expect_closed_with("SEGMENT_UNKNOWN");
}

TEST_F(HostileArenaTest, DroppingTheHotSegment) {
  send_good_segments();
  write_frame(FrameKind::kDropSegment, 0, UniqueFd());
  expect_closed_with("SEGMENT_UNKNOWN");
}

TEST_F(HostileArenaTest, PieceOfADroppedSegment) {
  send_good_segments();
  write_frame(FrameKind::kDropSegment, 1, UniqueFd());
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{100, 1},
              PieceRecord{1, 100, 0, kNoCell, 0});
  expect_closed_with("SEGMENT_UNKNOWN");
}

TEST_F(HostileArenaTest, PieceOneByteBehindTheEnd) {
  send_good_segments();
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{100, 1},
              PieceRecord{1, 100, kBodyBytes - 99, kNoCell, 0});
  expect_closed_with("PIECE_OUT_OF_RANGE");
}

TEST_F(HostileArenaTest, PieceWhoseEndWrapsAround) {
  send_good_segments();
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{100, 1},
              PieceRecord{1, 100, ~uint64_t{0} - 50, kNoCell, 0});
  expect_closed_with("PIECE_OUT_OF_RANGE");
}

TEST_F(HostileArenaTest, CellBehindTheCells) {
  send_good_segments();
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{100, 1},
              PieceRecord{1, 100, 0, kNumCells, 0});
  expect_closed_with("CELL_INVALID");
}

TEST_F(HostileArenaTest, CellWithoutAHotSegment) {
  send_segment(1, kBodyBytes, kBodyBytes, Seals::kFixedSize);
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{100, 1}, PieceRecord{1, 100, 0, 3, 0});
  expect_closed_with("CELL_INVALID");
}

TEST_F(HostileArenaTest, BodyLargerThanAFrameMayBe) {
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{0xffffffff, 0});
  expect_closed_with("FRAME_TOO_LARGE");
}

TEST_F(HostileArenaTest, TwoBodiesOpenAtOnce) {
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{100, 0});
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{100, 0});
  expect_closed_with("LARGE_FRAME_OPEN");
}

TEST_F(HostileArenaTest, PiecesOfNothing) {
  write_frame(FrameKind::kPieces, 0, UniqueFd(), PieceRecord{});
  expect_closed_with("LARGE_FRAME_NOT_OPEN");
}

TEST_F(HostileArenaTest, MorePiecesThanBody) {
  send_good_segments();
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{150, 1},
              PieceRecord{1, 100, 0, kNoCell, 0});
  write_frame(FrameKind::kPieces, 0, UniqueFd(), PieceRecord{1, 51, 0, kNoCell, 0});
  expect_closed_with("LARGE_FRAME_OVERFULL");
}

TEST_F(HostileArenaTest, MorePiecesAnnouncedThanCame) {
  send_good_segments();
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{100, 2},
              PieceRecord{1, 100, 0, kNoCell, 0});
  expect_closed_with("RECORD_INVALID");
}

TEST_F(HostileArenaTest, HalfAPiece) {
  send_good_segments();
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{100, 0});
  write_frame(FrameKind::kPieces, 0, UniqueFd(), uint32_t{1});
  expect_closed_with("RECORD_INVALID");
}

TEST_F(HostileArenaTest, APeerThatDiesInTheMiddleOfABody) {
  send_good_segments();
  write_frame(FrameKind::kLarge, 0, UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
              LargeRecord{1'000'000, 1}, PieceRecord{1, 100, 0, kNoCell, 0});
  raw.reset();
  run_until([&] { return right_heard.closed.has_value(); });
  EXPECT_EQ(right_heard.closed->code(), make_error_code(Errc::kDisconnected));
  EXPECT_TRUE(right_heard.frames.empty());
}

TEST_F(HostileArenaTest, SealedMemfdThatIsNotSealed) {
  for (std::optional<Seals> seals : {std::optional<Seals>(), std::optional(Seals::kFixedSize)}) {
    right_heard = Recorder();
    connect_raw();
    write_frame(FrameKind::kSealed, 0, make_full_memfd(kBodyBytes, seals),
                SealedRecord{64, 1000, 0, 0, 0});
    expect_closed_with("SEALED_MEMORY_INVALID");
  }
}

TEST_F(HostileArenaTest, SealedMemfdShorterThanAnnounced) {
  for (const SealedRecord& record :
       {SealedRecord{64, kBodyBytes - 63, 0, 0, 0}, SealedRecord{~uint64_t{0}, 1, 0, 0, 0},
        SealedRecord{~uint64_t{0} - 10, 100, 0, 0, 0}, SealedRecord{kBodyBytes + 1, 0, 0, 0, 0}}) {
    right_heard = Recorder();
    connect_raw();
    write_frame(FrameKind::kSealed, 0, make_full_memfd(kBodyBytes, Seals::kImmutable), record);
    expect_closed_with("SEALED_MEMORY_INVALID");
  }
}

TEST_F(HostileArenaTest, SealedMemfdWithoutRoomForPrefixOrSuffix) {
  write_frame(FrameKind::kSealed, 0, make_full_memfd(kBodyBytes, Seals::kImmutable),
              SealedRecord{3, 1000, 4, 0, 0}, uint32_t{0});
  expect_closed_with("SEALED_MEMORY_INVALID");
  right_heard = Recorder();
  connect_raw();
  write_frame(FrameKind::kSealed, 0, make_full_memfd(kBodyBytes, Seals::kImmutable),
              SealedRecord{64, kBodyBytes - 64 - 3, 0, 4, 0}, uint32_t{0});
  expect_closed_with("SEALED_MEMORY_INVALID");
}

TEST_F(HostileArenaTest, SealedMemfdMadeOfHoles) {
  write_frame(FrameKind::kSealed, 0, make_memfd(size_t{200} << 20, Seals::kImmutable),
              SealedRecord{64, 200'000'000, 0, 0, 0});
  expect_closed_with("SEALED_MEMORY_INVALID");
}

TEST_F(HostileArenaTest, SealedBodyLargerThanAFrameMayBe) {
  write_frame(FrameKind::kSealed, 0, make_full_memfd(kBodyBytes, Seals::kImmutable),
              SealedRecord{64, 0xffffffff, 0, 0, 0});
  expect_closed_with("FRAME_TOO_LARGE");
}

TEST_F(HostileArenaTest, SealedMemfdThatIsAPipe) {
  int fds[2];
  ASSERT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  ::close(fds[1]);
  write_frame(FrameKind::kSealed, 0, UniqueFd(fds[0]), SealedRecord{64, 1000, 0, 0, 0});
  expect_closed_with("SEALED_MEMORY_INVALID");
}

TEST_F(HostileArenaTest, AWriterThatGoesOnAfterSendingCannotChangeWhatWasDelivered) {
  send_segment(0, kHotSegmentBytes, kHotSegmentBytes, Seals::kFixedSize);
  UniqueFd memfd = make_full_memfd(kBodyBytes, Seals::kFixedSize);
  Result<MemoryRef> writable = platform::map_memfd(memfd, kBodyBytes, {});
  ASSERT_TRUE(writable.ok());
  write_frame(FrameKind::kSegment, 1, std::move(memfd), SegmentRecord{kBodyBytes});
  write_frame(FrameKind::kLarge, 0, UniqueFd(), LargeRecord{kBodyBytes, 1},
              PieceRecord{1, kBodyBytes, 0, 20, 1});
  run_until([&] { return right_heard.frames.size() == 1; });
  std::memset(writable->get()->data(), 0, kBodyBytes);
  EXPECT_EQ(to_vector(right_heard.frames[0].body), random_bytes(kBodyBytes, 1));
}

/// The other direction: a receiver that lies about what it has copied out.
TEST_F(HostileArenaTest, AReceiverThatWritesGarbageIntoTheCellsOnlyHarmsItself) {
  for (int round = 0; round < 30; ++round) right->send(make_frame(random_bytes(3'000'000, 1)));
  std::vector<uint8_t> bytes(1 << 16);
  std::vector<UniqueFd> descriptors;
  MemoryRef cells;
  for (uint32_t round = 0; round < 200; ++round) {
    (void)platform::receive_with_descriptors(raw, bytes, descriptors);
    if (!cells && !descriptors.empty()) {
      Result<MemoryRef> mapped = platform::map_memfd(descriptors.front(), kCellPageBytes, {});
      ASSERT_TRUE(mapped.ok());
      cells = *mapped;
    }
    if (cells)
      std::memcpy(cells->data(), random_bytes(kCellPageBytes, round).data(), kCellPageBytes);
    if (cells && round % 3 == 0) {
      // Exactly what the sender waits for, for everything at once.
      auto* words = reinterpret_cast<uint32_t*>(cells->data());
      for (size_t i = 0; i < kNumCells; ++i) words[i] = round / 30;
    }
    right->send(make_frame(random_bytes(200'000, round)));
    settle();
  }
  EXPECT_FALSE(right_heard.closed.has_value());
}

}  // namespace
}  // namespace ferrule::transport
