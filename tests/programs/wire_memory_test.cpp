// SPDX-License-Identifier: Apache-2.0
// What a message makes its receiver allocate, counted by the allocator: never more than the limits
// say, for every message of the corpus, every seed of the fuzzers, and messages drawn to be as
// small as they can be for what they become.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <malloc.h>
#include <new>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "ferrule/wire/wire_limits.h"

#include "support/wire_judge.h"

namespace {

size_t num_live = 0;
size_t num_peak = 0;

}  // namespace

// Not inlined: the compiler would see that memory of one kind goes back as another.
[[gnu::noinline]] void* operator new(size_t num_bytes) {
  void* const memory = std::malloc(num_bytes);
  if (memory == nullptr) throw std::bad_alloc();
  num_live += malloc_usable_size(memory);
  num_peak = std::max(num_peak, num_live);
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  if (memory != nullptr) num_live -= malloc_usable_size(memory);
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { operator delete(memory); }

namespace ferrule::test {
namespace {

using wire::ValidationError;

struct Cost {
  ValidationError error = ValidationError::kNone;
  size_t num_bytes = 0;  ///< at the worst moment, beside the message itself
};

const JudgedInterface& find_interface(std::string_view name) {
  const auto interfaces = judged_interfaces();
  const auto found = std::ranges::find_if(
      interfaces, [name](const JudgedInterface& one) { return one.name.ends_with(name); });
  EXPECT_NE(found, interfaces.end()) << name;
  return *found;
}

// The judge keeps a copy of the message, which is the message that was received.
Cost cost_of(const JudgedInterface& interface, const WireCase& message, bool is_response = false) {
  const size_t before = num_live;
  num_peak = num_live;
  const auto failure = judge(interface, message, is_response, Strictness::kValues);
  const size_t peak = num_peak - before;
  return {failure.error, peak - std::min(peak, message.message.bytes.size())};
}

// The bound of docs/wire-format.md. The allocator rounds each block up; what the judge needs for
// itself, and the text of a failure, are small beside the slack.
void expect_bounded(const std::string& name, const WireCase& message, const Cost& cost) {
  const size_t num_bytes = message.message.bytes.size();
  EXPECT_LE(cost.num_bytes, wire::kAllocationFactor * num_bytes + wire::kAllocationSlackBytes)
      << name;
}

TEST(WireMemoryTest, MessagesOfTheCorpusCostAFewTimesTheirBytes) {
  struct Row {
    const char* prefix;
    const char* interface;
    bool is_response;
  };
  constexpr Row kRows[] = {{"request_", ".Corpus", false},
                           {"response_", ".Corpus", true},
                           {"wide_", ".Wide", false},
                           {"resp_wide_", ".Wide", true},
                           {"associated_", ".Associated", false},
                           {"control_", ".Corpus", false},
                           {"pipe_control_", ".Corpus", false},
                           {"resp_control_", ".Corpus", true}};
  size_t num_messages = 0;
  for (const Row& row : kRows) {
    for (const std::string& name : find_wire_cases(FERRULE_WIRE_CORPUS, row.prefix)) {
      const WireCase message = read_wire_case(FERRULE_WIRE_CORPUS, name);
      const Cost cost = cost_of(find_interface(row.interface), message, row.is_response);
      expect_bounded(name, message, cost);
      // Beside what the test itself needs for an endpoint and for handles.
      EXPECT_LE(cost.num_bytes, 24 * message.message.bytes.size() + 4096) << name;
      ++num_messages;
    }
  }
  EXPECT_GT(num_messages, 250U);
}

TEST(WireMemoryTest, SeedsOfTheFuzzers) {
  size_t num_messages = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(FERRULE_FUZZ_SEEDS) + "/corpus")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.size() < 4) continue;
    WireCase message{
        .name = entry.path().filename(), .message = {}, .handle_kinds = {}, .expected = {}};
    message.message.bytes.assign(bytes.begin() + 4, bytes.end());
    message.message.num_handles = bytes[2] % 9U;
    for (const JudgedInterface& interface : judged_interfaces()) {
      for (const bool is_response : {false, true}) {
        expect_bounded(message.name, message, cost_of(interface, message, is_response));
      }
    }
    ++num_messages;
  }
  EXPECT_GT(num_messages, 80U);
}

/// Puts a message together whose sizes are too large to draw.
class Drawing {
 public:
  explicit Drawing(uint32_t method) {
    for (const uint32_t number : {24U, 0U, 0U, method, 0U, 0U}) put(number);
    for (const uint32_t number : {16U, 0U, 8U, 0U}) put(number);  // a pointer to what follows
  }
  template <class Number>
  void put(Number number) {
    const size_t at = bytes_.size();
    bytes_.resize(at + sizeof(number));
    std::memcpy(bytes_.data() + at, &number, sizeof(number));
  }
  void array(uint32_t num_elements, size_t num_bytes) {
    put(static_cast<uint32_t>(8 + num_bytes));
    put(num_elements);
  }
  void zeros(size_t num_bytes) { bytes_.resize((bytes_.size() + num_bytes + 7) / 8 * 8); }
  WireCase message() {
    WireCase done{.name = {}, .message = {}, .handle_kinds = {}, .expected = {}};
    done.message.bytes = std::move(bytes_);
    return done;
  }

 private:
  std::vector<uint8_t> bytes_;
};

WireCase array_of_zeros(uint32_t method, uint32_t num_elements, size_t num_bytes) {
  Drawing drawing(method);
  drawing.array(num_elements, num_bytes);
  drawing.zeros(num_bytes);
  return drawing.message();
}

// Keys 0, 1, 2 ... and null pointers as values.
WireCase map_of_nulls(uint32_t method, uint32_t num_entries) {
  Drawing drawing(method);
  const uint64_t key_bytes = (8 + uint64_t{4} * num_entries + 7) / 8 * 8;
  for (const uint32_t number : {24U, 0U}) drawing.put(number);
  drawing.put(uint64_t{16});
  drawing.put(uint64_t{8} + key_bytes);
  drawing.array(num_entries, size_t{4} * num_entries);
  for (uint32_t key = 0; key < num_entries; ++key) drawing.put(key);
  drawing.zeros(0);
  drawing.array(num_entries, size_t{8} * num_entries);
  drawing.zeros(size_t{8} * num_entries);
  return drawing.message();
}

WireCase chain(uint32_t method, int length) {
  Drawing drawing(method);
  for (int i = 1; i <= length; ++i) {
    for (const uint32_t number : {24U, 0U, 0U, 0U}) drawing.put(number);
    drawing.put(uint64_t{i == length ? 0U : 8U});
  }
  return drawing.message();
}

struct Hungry {
  const char* name;
  WireCase message;
  ValidationError expected;
};

std::vector<Hungry> hungry_messages(uint32_t size) {
  constexpr auto kFine = ValidationError::kNone;
  const auto kLarge =
      size > 100'000 ? ValidationError::kDeserializationFailed : ValidationError::kNone;
  return {
      {"array<Large?> of nulls", array_of_zeros(0, size / 8, size), kLarge},
      {"array<array<double, 64>?> of nulls", array_of_zeros(1, size / 8, size), kLarge},
      {"array<Shape?> of nulls", array_of_zeros(2, size / 16, size), kFine},
      {"array<string?> of nulls", array_of_zeros(3, size / 8, size), kFine},
      {"array<bool>", array_of_zeros(4, size * 8, size), kFine},
      {"array<bool?> of nulls", array_of_zeros(5, size * 4, size), kFine},
      {"array<int8?> of nulls", array_of_zeros(6, size / 9 * 8, size), kFine},
      {"array<map<uint8, uint8>?> of nulls", array_of_zeros(7, size / 8, size), kFine},
      {"map<uint32, Large?> of nulls", map_of_nulls(8, size / 12), kLarge},
      {"hash_map<uint32, array<double, 64>?> of nulls", map_of_nulls(9, size / 12), kLarge},
      {"Node? as deep as it may be", chain(10, 199), kFine},
  };
}

TEST(WireMemoryTest, HungryMessagesAreBoundedOrRefused) {
  const JudgedInterface& interface = find_interface(".Hungry");
  for (const uint32_t size : {uint32_t{8} << 10, uint32_t{8} << 20}) {
    for (const Hungry& hungry : hungry_messages(size)) {
      const Cost cost = cost_of(interface, hungry.message);
      EXPECT_EQ(cost.error, hungry.expected) << hungry.name << ": " << to_string(cost.error);
      expect_bounded(hungry.name, hungry.message, cost);
      std::printf("%9zu bytes of %-48s %10zu allocated, %5.1f times%s\n",
                  hungry.message.message.bytes.size(), hungry.name, cost.num_bytes,
                  static_cast<double>(cost.num_bytes) /
                      static_cast<double>(hungry.message.message.bytes.size()),
                  cost.error == ValidationError::kNone ? "" : ", refused");
    }
  }
}

}  // namespace
}  // namespace ferrule::test
