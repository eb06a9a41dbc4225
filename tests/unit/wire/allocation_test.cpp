// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstdlib>
#include <new>

#include "ferrule/wire/received_header.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

// Counts what writing and reading a message allocate. The sanitizers bring an allocator of their
// own, which must not be replaced; there is nothing to learn there that is not learned without
// them.

#if defined(__has_feature)
#define FERRULE_HAS_FEATURE(x) __has_feature(x)
#else
#define FERRULE_HAS_FEATURE(x) 0
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !FERRULE_HAS_FEATURE(address_sanitizer) && !FERRULE_HAS_FEATURE(thread_sanitizer)

namespace {

std::atomic<size_t> num_allocations = 0;

}  // namespace

// Not inlined: the compiler would see that memory of one kind goes back as another.
[[gnu::noinline]] void* operator new(size_t num_bytes) {
  ++num_allocations;
  if (void* memory = std::malloc(num_bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace ferrule::test {
namespace {

template <class Work>
size_t allocations_of(Work&& work) {
  const size_t before = num_allocations;
  work();
  return num_allocations - before;
}

template <class S>
wire::Message message_with(S value) {
  wire::SizeCounter size;
  wire::StructTraits<S>::measure(size, value);
  Buffer buffer = Buffer::allocate(wire::kMessageHeaderBytes + size.num_bytes());
  wire::Encoder encoder(std::move(buffer), wire::MessageHeader());
  wire::StructTraits<S>::encode(encoder, std::move(value));
  return *std::move(encoder).finish();
}

template <class S>
size_t allocations_of_writing(S value) {
  return allocations_of([&value] { message_with(std::move(value)); });
}

template <class S>
size_t allocations_of_reading(const S& value) {
  wire::Message message = message_with(value);
  S read;
  return allocations_of([&message, &read] {
    wire::ReceivedHeader header;
    wire::DecodeFailure failure;
    ASSERT_TRUE(read_message_header(message.buffer().bytes(), header, failure));
    wire::Decoder decoder(message.buffer(), header.payload_offset, header.payload_end,
                          message.handles(), header.interface_ids);
    ASSERT_TRUE(wire::StructTraits<S>::decode(decoder, header.payload_offset, read));
  });
}

TEST(AllocationTest, AMessageIsWrittenIntoOneAllocation) {
  EXPECT_EQ(allocations_of_writing(Point{1, 2}), 1U);
  EXPECT_EQ(allocations_of_writing(Field<std::string>{std::string(1000, 'x')}), 1U);
  EXPECT_EQ(allocations_of_writing(make_everything()), 1U);
  // And a list, if it carries handles.
  EXPECT_EQ(allocations_of_writing(Field<wire::Handle>{open_handle()}), 2U);
}

TEST(AllocationTest, ReadingAllocatesOnlyWhatValuesHold) {
  EXPECT_EQ(allocations_of_reading(Point{1, 2}), 0U);
  EXPECT_EQ(allocations_of_reading(Packed{}), 0U);
  EXPECT_EQ(allocations_of_reading(Field<std::string>{"short"}), 0U);
  EXPECT_EQ(allocations_of_reading(Field<std::string>{std::string(1000, 'x')}), 1U);
  EXPECT_EQ(allocations_of_reading(Field<std::vector<double>>{{1, 2, 3}}), 1U);
  EXPECT_EQ(allocations_of_reading(Field<std::array<double, 3>>{{1, 2, 3}}), 0U);
  EXPECT_EQ(allocations_of_reading(Field<Bytes>{Bytes(std::vector<uint8_t>(1 << 20))}), 0U);
  EXPECT_EQ(allocations_of_reading(Field<Shape>{Shape{Point{1, 2}}}), 0U);
  EXPECT_EQ(allocations_of_reading(Field<std::optional<Point>>{Point{1, 2}}), 0U);
  // One for each entry, and one for the keys until their values are known.
  EXPECT_EQ((allocations_of_reading(Field<std::map<int32_t, int32_t>>{{{1, 1}, {2, 2}}})), 3U);
}

}  // namespace
}  // namespace ferrule::test

#endif
