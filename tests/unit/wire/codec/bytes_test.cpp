// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/bytes.h"

#include <optional>

#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

Bytes many_bytes(size_t count) {
  std::vector<uint8_t> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(i * 7);
  return Bytes(std::move(bytes));
}

// Reads from a message as it arrives: the buffer owns the memory.
Bytes read_from_message(const Buffer& buffer) {
  std::vector<wire::Handle> handles;
  wire::Decoder decoder(buffer, 0, buffer.size(), handles);
  Field<Bytes> read;
  EXPECT_TRUE(wire::StructTraits<Field<Bytes>>::decode(decoder, 0, read));
  return read.value;
}

TEST(BytesCodecTest, WritesAnArrayOfBytes) {
  expect_canonical<Bytes>({1, 2, 3}, "[u4]16 [u4]0 [u8]8 [u4]11 [u4]3 1 2 3 0 0 0 0 0");
  expect_canonical<Bytes>({}, "[u4]16 [u4]0 [u8]8 [u4]8 [u4]0");
  expect_canonical<std::optional<Bytes>>(std::nullopt, "[u4]16 [u4]0 [u8]0");
}

TEST(BytesCodecTest, SendsASpanAsTheSameBytes) {
  const uint8_t bytes[] = {1, 2, 3};
  wire::SizeCounter size;
  wire::measure(size, std::span<const uint8_t>(bytes));
  EXPECT_EQ(size.num_bytes(), 16U);
  size.add_object(16);
  auto encoder = wire::Encoder::for_payload(Buffer::allocate(size.num_bytes()));
  wire::StructWriter writer(encoder, 16, 0);
  writer.write(0, std::span<const uint8_t>(bytes));
  const auto message = std::move(encoder).finish();
  ASSERT_TRUE(message);
  EXPECT_TRUE(std::ranges::equal(message->buffer().bytes(), encoded(Field<Bytes>{{1, 2, 3}})));
}

// A part of an arena that a peer sees too, as far as the encoder can tell.
class SharedMemory final : public Memory {
 public:
  static Buffer allocate(size_t num_bytes) {
    auto* bytes = new uint8_t[kHeadroomBytes + num_bytes]();
    auto* memory = new SharedMemory(bytes, kHeadroomBytes + num_bytes);
    return {MemoryRef::adopt(memory), kHeadroomBytes, kHeadroomBytes + num_bytes};
  }

 private:
  SharedMemory(uint8_t* bytes, size_t size) : Memory(bytes, size, MemoryKind::kShared) {}
  ~SharedMemory() override { delete[] data(); }
  void destroy() noexcept override { delete this; }
};

Result<wire::Message> encode_into_shared_memory(const Field<Bytes>& value) {
  wire::SizeCounter size;
  wire::StructTraits<Field<Bytes>>::measure(size, value);
  auto encoder = wire::Encoder::for_payload(SharedMemory::allocate(size.num_bytes()));
  wire::StructTraits<Field<Bytes>>::encode(encoder, value);
  return std::move(encoder).finish();
}

TEST(BytesCodecTest, LeavesLargeCopiesIntoSharedMemoryToTheSender) {
  const Bytes large = many_bytes(wire::kDeferredCopyBytes);
  auto message = encode_into_shared_memory({large});
  ASSERT_TRUE(message);
  Buffer& buffer = message->buffer();
  ASSERT_EQ(buffer.deferred_copies().size(), 1U);
  const DeferredCopy copy = buffer.deferred_copies().front();
  EXPECT_EQ(copy.offset, buffer.memory_offset() + 24);
  EXPECT_EQ(copy.source.data(), large.data());
  EXPECT_EQ(copy.source.size(), large.size());
  EXPECT_NE(0, std::memcmp(buffer.data() + 24, large.data(), large.size()));
  buffer.make_private();
  EXPECT_TRUE(buffer.deferred_copies().empty());
  EXPECT_EQ(read_from_message(buffer), large);
}

TEST(BytesCodecTest, CopiesAllElseAtOnce) {
  const Bytes small = many_bytes(wire::kDeferredCopyBytes - 1);
  auto message = encode_into_shared_memory({small});
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->buffer().deferred_copies().empty());
  message->buffer().make_private();
  EXPECT_EQ(read_from_message(message->buffer()), small);

  message = encode(Field<Bytes>{many_bytes(wire::kDeferredCopyBytes)});
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->buffer().deferred_copies().empty());
}

TEST(BytesCodecDeathTest, NeverDecodesWhatAPeerCanStillWrite) {
  auto message = encode_into_shared_memory({{1, 2, 3}});
  ASSERT_TRUE(message);
  EXPECT_DEATH(read_from_message(message->buffer()), "kShared");
}

TEST(BytesCodecTest, RefersIntoTheMessageWhereTheBytesAreAGoodPartOfIt) {
  auto message = encode(Field<Bytes>{many_bytes(wire::kMinReferredBytes)});
  ASSERT_TRUE(message);
  const Bytes read = read_from_message(message->buffer());
  EXPECT_EQ(read.data(), message->buffer().data() + 24);
  const uint8_t* const place = message->buffer().data();
  message = Error(Errc::kCancelled, "gone");
  EXPECT_EQ(read.data(), place + 24);  // the memory lives on
  EXPECT_EQ(read, many_bytes(wire::kMinReferredBytes));
}

TEST(BytesCodecTest, CopiesSmallBytesOutOfTheMessage) {
  auto message = encode(Field<Bytes>{many_bytes(wire::kMinReferredBytes - 1)});
  ASSERT_TRUE(message);
  const Bytes read = read_from_message(message->buffer());
  EXPECT_NE(read.data(), message->buffer().data() + 24);
  EXPECT_TRUE(message->buffer().memory()->has_one_user());
}

TEST(BytesCodecTest, CopiesASmallPartOfALargeMessage) {
  const auto small = encoded(Field<Bytes>{many_bytes(wire::kMinReferredBytes)});
  Buffer buffer = Buffer::allocate(small.size() * wire::kMaxPinnedFactor + 64);
  std::memset(buffer.data(), 0, buffer.size());
  std::memcpy(buffer.data(), small.data(), small.size());
  EXPECT_EQ(read_from_message(buffer), many_bytes(wire::kMinReferredBytes));
  EXPECT_TRUE(buffer.memory()->has_one_user());
}

}  // namespace
}  // namespace ferrule::test
