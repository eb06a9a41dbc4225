// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <random>

#include "ferrule/wire/received_header.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

// Valid messages, damaged in a few places, many times over: a decoder must refuse them or find
// values in them, and never read outside, which the sanitizers see because every message lies in a
// block of exactly its size. Whatever it takes, it must be able to send, and to read again as the
// same.

namespace ferrule::test {
namespace {

constexpr uint32_t kSeed = 20240607;
constexpr int kNumMutations = 6000;

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  std::vector<uint8_t> mutate(std::vector<uint8_t> bytes) {
    const size_t num_changes = 1 + below(3);
    for (size_t i = 0; i < num_changes && !bytes.empty(); ++i) change(bytes);
    return bytes;
  }

  size_t below(size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random_);
  }

 private:
  void change(std::vector<uint8_t>& bytes) {
    switch (below(6)) {
      case 0:
        bytes[below(bytes.size())] ^= static_cast<uint8_t>(1U << below(8));
        return;
      case 1:
        bytes[below(bytes.size())] = static_cast<uint8_t>(below(256));
        return;
      case 2:
        return bytes.resize(below(bytes.size() + 1));
      case 3:
        return bytes.resize(bytes.size() + 8 * below(4), static_cast<uint8_t>(below(256)));
      case 4:
        return put<uint32_t>(bytes, pick_number());
      default:
        return put<uint64_t>(bytes, pick_number());
    }
  }

  // Sizes, counts, distances and indices that are a little wrong, or very.
  uint64_t pick_number() {
    constexpr uint64_t kExtreme[] = {
        0x7fffffff,         0x80000000, 0xfffffff8,     0xffffffff,         0x100000000,
        0x7fffffffffffffff, UINT64_MAX, UINT64_MAX - 7, 0x1fffffffffffffff, 0x20000000};
    return below(2) == 0 ? below(64) : kExtreme[below(std::size(kExtreme))];
  }

  template <class Number>
  void put(std::vector<uint8_t>& bytes, uint64_t value) {
    if (bytes.size() < sizeof(Number)) return;
    const auto number = static_cast<Number>(value);
    const size_t place = below(bytes.size() / sizeof(Number)) * sizeof(Number);
    std::memcpy(bytes.data() + place, &number, sizeof(number));
  }

  std::mt19937 random_;
};

// Not a number is never equal to itself.
bool can_compare(const Everything& value) {
  return !std::isnan(value.pair[0]) && !std::isnan(value.pair[1]);
}
template <class T>
bool can_compare(const T&) {
  return true;
}

struct Outcome {
  int num_taken = 0;
  std::set<wire::ValidationError> errors;
};

template <class S>
Outcome run(const S& value) {
  const auto valid = encoded(value);
  Mutator mutator(kSeed);
  Outcome outcome;
  for (int i = 0; i < kNumMutations && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << ", mutation " << i);
    S read;
    const auto failure = decode(mutator.mutate(valid), read);
    outcome.errors.insert(failure.error);
    if (failure.error != wire::ValidationError::kNone) continue;
    ++outcome.num_taken;
    S again;
    EXPECT_EQ(decode(encoded(read), again).error, wire::ValidationError::kNone);
    if (can_compare(read)) {
      EXPECT_EQ(read, again);
    }
  }
  return outcome;
}

TEST(MutationTest, AnythingIsRefusedOrRead) {
  const Outcome outcome = run(make_everything());
  EXPECT_GT(outcome.num_taken, kNumMutations / 100);
  using enum wire::ValidationError;
  for (const auto error :
       {kMisalignedObject, kIllegalMemoryRange, kUnexpectedStructHeader, kUnexpectedArrayHeader,
        kIllegalPointer, kUnexpectedNullPointer, kDifferentSizedArraysInMap, kUnknownUnionTag,
        kUnknownEnumValue, kDeserializationFailed}) {
    EXPECT_TRUE(outcome.errors.contains(error)) << to_string(error);
  }
}

TEST(MutationTest, SmallThingsToo) {
  run(Grown{1, "text", std::vector<int32_t>{1, 2, 3}, false});
  run(Node{1, Node{2, Node{3, Node{4, nullptr}}}});
  run(Field<Shape>{Shape{Box<Shape>(Shape{Box<Shape>(Shape{"text"})})}});
  run(Field<std::vector<std::optional<Shape>>>{{std::nullopt, Shape{true}, Shape{Point{}}}});
  run(Field<std::vector<std::optional<bool>>>{{true, false, std::nullopt, true}});
  run(Field<std::map<std::string, std::map<Color, std::string>>>{{{"a", {{Color::kRed, "b"}}}}});
  run(Field<Expected<Shape, std::string>>{Shape{"text"}});
  run(Maybe{true, 5, Color::kBlue});
}

TEST(MutationTest, HandlesAreTakenOnceOrNotAtAll) {
  const auto valid = wire_bytes(
      "[u4]48 [u4]0 [s4]0 [u4]2 [s8]0 [u4]16 [u4]1 [u4]0 [u4]0 [u8]8 [u4]16 [u4]2 [u4]3 [u4]5");
  Mutator mutator(kSeed);
  for (int i = 0; i < kNumMutations; ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << ", mutation " << i);
    Descriptors read;
    // Numbers beyond every descriptor of this process: closing them does nothing.
    std::vector<wire::Handle> handles;
    for (int fd = 1'000'000'000; fd < 1'000'000'006; ++fd) handles.emplace_back(UniqueFd(fd));
    decode(mutator.mutate(valid), read, std::move(handles));
    std::set<int> seen;
    for (const UniqueFd& descriptor : read.more) {
      if (descriptor.is_valid()) {
        EXPECT_TRUE(seen.insert(descriptor.get()).second);
      }
    }
  }
}

TEST(MutationTest, HeadersAreRefusedOrPointInside) {
  const auto valid = wire_bytes(
      "[u4]56 [u4]3 [u4]0 [u4]2 [u4]1 [u4]0 [u8]7 [dist8]payload [dist8]ids [u8]5 "
      "[anchr]payload [u4]16 [u4]0 [s4]1 [s4]2 [anchr]ids [u4]16 [u4]2 [u4]5 [u4]6");
  Mutator mutator(kSeed);
  int num_taken = 0;
  for (int i = 0; i < 4 * kNumMutations; ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << ", mutation " << i);
    const auto bytes = mutator.mutate(valid);
    const std::unique_ptr<uint8_t[]> exact(new uint8_t[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    wire::ReceivedHeader header;
    wire::DecodeFailure failure;
    const bool ok = read_message_header({exact.get(), bytes.size()}, header, failure);
    EXPECT_EQ(ok, failure.error == wire::ValidationError::kNone);
    if (!ok) continue;
    ++num_taken;
    EXPECT_LE(header.payload_offset, header.payload_end);
    EXPECT_LE(header.payload_end, bytes.size());
    for (size_t id = 0; id < header.interface_ids.size(); ++id) {
      EXPECT_NE(header.interface_ids[id], 0U);
    }
  }
  EXPECT_GT(num_taken, kNumMutations / 10);
}

}  // namespace
}  // namespace ferrule::test
