// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/decoder.h"

#include <memory>

#include <gmock/gmock.h>

#include "ferrule/wire/bytes.h"

#include "support/wire_text.h"

namespace ferrule::wire {
namespace {

using test::wire_bytes;

// A decoder over bytes in a block of exactly their size.
class Decoding {
 public:
  explicit Decoding(std::string_view text, size_t num_handles = 0)
      : bytes_(wire_bytes(text)), exact_(new uint8_t[bytes_.size()]), handles_(num_handles) {
    std::copy(bytes_.begin(), bytes_.end(), exact_.get());
  }
  Decoder* operator->() { return &decoder_; }
  std::string failure() const { return to_string(decoder_.failure()); }

 private:
  std::vector<uint8_t> bytes_;
  std::unique_ptr<uint8_t[]> exact_;
  std::vector<Handle> handles_;
  Decoder decoder_{std::span<const uint8_t>(exact_.get(), bytes_.size()), handles_};
};

constexpr StructVersion kPoint[] = {{0, 16}};

TEST(DecoderTest, ClaimsObjectsInOrderAndOnce) {
  Decoding decoder("[u4]16 [u4]0 [u8]0 [u4]16 [u4]0 [u8]0");
  uint32_t version = 0;
  EXPECT_TRUE(decoder->claim_struct(0, kPoint, version));
  EXPECT_TRUE(decoder->claim_struct(16, kPoint, version));
  EXPECT_FALSE(decoder->claim_struct(16, kPoint, version));
  EXPECT_EQ(decoder.failure(), "ILLEGAL_MEMORY_RANGE at byte 16");
}

TEST(DecoderTest, SkipsGapsAndIgnoresWhatComesAfter) {
  Decoding decoder("[u8]0 [u4]16 [u4]0 [u8]0 [u8]0");
  uint32_t version = 0;
  EXPECT_TRUE(decoder->claim_struct(8, kPoint, version));
}

TEST(DecoderTest, RejectsAnObjectThatOverlapsAnother) {
  Decoding decoder("[u4]16 [u4]0 [u4]16 [u4]0 [u8]0");
  uint32_t version = 0;
  EXPECT_TRUE(decoder->claim_struct(0, kPoint, version));
  EXPECT_FALSE(decoder->claim_struct(8, kPoint, version));
  EXPECT_EQ(decoder.failure(), "ILLEGAL_MEMORY_RANGE at byte 8");
}

TEST(DecoderTest, RejectsOffsetBeyondMessage) {
  for (const size_t at : {size_t{16}, size_t{24}, SIZE_MAX - 7}) {
    Decoding decoder("[u4]16 [u4]0 [u8]0");
    uint32_t version = 0;
    EXPECT_FALSE(decoder->claim_struct(at, kPoint, version));
    EXPECT_EQ(decoder->failure().error, ValidationError::kIllegalMemoryRange);
    EXPECT_EQ(decoder->failure().offset, at);
  }
}

TEST(DecoderTest, LooksAtAlignmentThenRangeThenSizeThenBody) {
  uint32_t version = 0;
  Decoding misaligned("[u4]16 [u4]0 [u8]0");
  EXPECT_FALSE(misaligned->claim_struct(100001, kPoint, version));
  EXPECT_EQ(misaligned.failure(), "MISALIGNED_OBJECT at byte 100001");
  Decoding half_a_header("[u4]2");
  EXPECT_FALSE(half_a_header->claim_struct(0, kPoint, version));
  EXPECT_EQ(half_a_header.failure(), "ILLEGAL_MEMORY_RANGE at byte 0");
  Decoding too_small("[u4]7 [u4]0");
  EXPECT_FALSE(too_small->claim_struct(0, kPoint, version));
  EXPECT_EQ(too_small.failure(), "UNEXPECTED_STRUCT_HEADER at byte 0");
  Decoding outside("[u4]17 [u4]0 [u8]0");
  EXPECT_FALSE(outside->claim_struct(0, kPoint, version));
  EXPECT_EQ(outside.failure(), "ILLEGAL_MEMORY_RANGE at byte 0");
  Decoding wrong_size("[u4]8 [u4]0 [u8]0");
  EXPECT_FALSE(wrong_size->claim_struct(0, kPoint, version));
  EXPECT_EQ(wrong_size.failure(), "UNEXPECTED_STRUCT_HEADER at byte 0");
}

TEST(DecoderTest, RejectsAnythingInAnEmptyMessage) {
  Decoding decoder("");
  uint32_t version = 0;
  EXPECT_FALSE(decoder->claim_struct(0, kPoint, version));
  EXPECT_EQ(decoder.failure(), "ILLEGAL_MEMORY_RANGE at byte 0");
}

TEST(DecoderTest, KeepsTheFirstFailure) {
  Decoding decoder("[u8]0");
  decoder->fail(ValidationError::kIllegalHandle, 4);
  decoder->fail(ValidationError::kIllegalPointer, 8);
  decoder->refuse_value(16, "never seen");
  EXPECT_EQ(decoder.failure(), "ILLEGAL_HANDLE at byte 4");
}

TEST(DecoderTest, BuildsThePathFromTheInside) {
  Decoding decoder("[u8]0");
  decoder->fail(ValidationError::kIllegalHandle, 4);
  decoder->in_field("c");
  decoder->in_element(3);
  decoder->in_element(1);
  decoder->in_field("b");
  decoder->in_field("a");
  EXPECT_EQ(decoder->failure().field_path, "a.b[1][3].c");
}

TEST(DecoderTest, LeavesValuesAloneWhereOnlyTheFormatIsJudged) {
  Decoding decoder("[u8]0");
  decoder->check_format_only();
  EXPECT_TRUE(decoder->refuse_value(0, "bad value"));
  EXPECT_EQ(decoder->failure().error, ValidationError::kNone);
}

TEST(DecoderTest, GivesEveryHandleOnce) {
  Decoding decoder("[u4]1 [u4]1", 2);
  Handle handle;
  EXPECT_TRUE(decoder->take_handle(0, handle));
  EXPECT_FALSE(decoder->take_handle(4, handle));
  EXPECT_EQ(decoder.failure(), "ILLEGAL_HANDLE at byte 4");
}

TEST(DecoderTest, GivesInterfaceIdsInOrder) {
  const auto bytes = wire_bytes("[u4]0 [u4]2 [u4]0xffffffff [u4]3");
  const auto ids = wire_bytes("[u4]11 [u4]12 [u4]13");
  const auto make = [&](std::vector<Handle>& handles, const Buffer& buffer) {
    return std::make_unique<Decoder>(buffer, 0, buffer.size(), handles,
                                     InterfaceIdList(ids.data(), 3));
  };
  Buffer buffer = Buffer::allocate(bytes.size());
  std::copy(bytes.begin(), bytes.end(), buffer.data());
  std::vector<Handle> handles;
  uint32_t id = 0;

  auto decoder = make(handles, buffer);
  EXPECT_TRUE(decoder->take_interface_id(0, id));
  EXPECT_EQ(id, 11U);
  EXPECT_TRUE(decoder->take_interface_id(4, id));
  EXPECT_EQ(id, 13U);
  EXPECT_FALSE(decoder->take_interface_id(4, id));
  EXPECT_EQ(decoder->failure().error, ValidationError::kIllegalInterfaceId);

  decoder = make(handles, buffer);
  EXPECT_FALSE(decoder->take_interface_id(12, id));
  EXPECT_EQ(decoder->failure().error, ValidationError::kIllegalInterfaceId);

  decoder = make(handles, buffer);
  EXPECT_FALSE(decoder->take_interface_id(8, id));
  EXPECT_EQ(decoder->failure().error, ValidationError::kUnexpectedInvalidInterfaceId);
  EXPECT_EQ(decoder->failure().offset, 8U);
}

TEST(DecoderTest, ReadsNothingBehindThePayload) {
  const auto bytes = wire_bytes("[u8]0 [u4]16 [u4]0 [u8]0 [u8]0");
  Buffer buffer = Buffer::allocate(bytes.size());
  std::copy(bytes.begin(), bytes.end(), buffer.data());
  std::vector<Handle> handles;
  uint32_t version = 0;
  Decoder whole(buffer, 8, 24, handles);
  EXPECT_TRUE(whole.claim_struct(whole.payload_offset(), kPoint, version));
  Decoder cut(buffer, 8, 20, handles);
  EXPECT_FALSE(cut.claim_struct(cut.payload_offset(), kPoint, version));
  EXPECT_EQ(cut.failure().error, ValidationError::kIllegalMemoryRange);
  EXPECT_DEATH(Decoder(buffer, 8, 33, handles), "payload_end");
}

TEST(DecoderTest, BoundsWhatAMessageMayCost) {
  Decoding decoder("[u8]0");
  EXPECT_TRUE(decoder->charge(kAllocationSlackBytes, 0));
  EXPECT_TRUE(decoder->charge(8 * kAllocationFactor - 1, 0));
  EXPECT_FALSE(decoder->charge(2, 40));
  EXPECT_EQ(decoder.failure(), "DESERIALIZATION_FAILED (it would take too much memory) at byte 40");
  Decoding other("[u8]0");
  EXPECT_FALSE(other->charge(SIZE_MAX / 2, 4, 0));  // would wrap
}

}  // namespace
}  // namespace ferrule::wire
