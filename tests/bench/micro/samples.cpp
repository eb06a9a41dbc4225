// SPDX-License-Identifier: Apache-2.0
#include "bench/micro/samples.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>

namespace ferrule::bench::micro {
namespace {

std::string text_of(std::mt19937& random, size_t num_bytes) {
  std::string text;
  while (text.size() < num_bytes) text.push_back(static_cast<char>('a' + random() % 26));
  return text;
}

// Numbers as programs have them: most are small.
uint32_t number_of(std::mt19937& random) {
  return static_cast<uint32_t>(random()) >> (random() % 31);
}

Record make_record() {
  std::mt19937 random(50);
  Record record;
#define FILL(i) record.n##i = static_cast<int32_t>(number_of(random) >> 1U);
  MICRO_TWENTY(FILL)
#undef FILL
#define FILL(i) record.u##i = uint64_t{number_of(random)} * number_of(random);
  MICRO_TEN(FILL)
#undef FILL
#define FILL(i) record.d##i = number_of(random) / 8.0;
  MICRO_TEN(FILL)
#undef FILL
#define FILL(i) record.b##i = random() % 2 == 1;
  MICRO_FIVE(FILL)
#undef FILL
#define FILL(i) record.s##i = text_of(random, 8 + random() % 25);
  MICRO_FIVE(FILL)
#undef FILL
  return record;
}

Texts make_texts() {
  std::mt19937 random(1000);
  Texts texts;
  for (int i = 0; i < 1000; ++i) texts.texts.push_back(text_of(random, 8 + random() % 33));
  return texts;
}

std::vector<std::pair<std::string, uint64_t>> make_entries() {
  std::mt19937 random(10'000);
  std::set<std::string> keys;
  while (keys.size() < 10'000) keys.insert(text_of(random, 6 + random() % 20));
  std::vector<std::pair<std::string, uint64_t>> entries;
  for (const std::string& key : keys) entries.emplace_back(key, number_of(random));
  std::ranges::shuffle(entries, random);
  return entries;
}

}  // namespace

const Call& sample_call() {
  static const Call call{.id = 123'456'789, .quantity = 12, .name = "a name of 20 letters"};
  return call;
}
const Record& sample_record() {
  static const Record record = make_record();
  return record;
}
const Texts& sample_texts() {
  static const Texts texts = make_texts();
  return texts;
}
const std::vector<std::pair<std::string, uint64_t>>& sample_entries() {
  static const auto entries = make_entries();
  return entries;
}
const Table& sample_table() {
  static const Table table{.entries = {sample_entries().begin(), sample_entries().end()}};
  return table;
}
const HashTable& sample_hash_table() {
  static const HashTable table{.entries = {sample_entries().begin(), sample_entries().end()}};
  return table;
}

uint64_t sum_of(const Call& call) {
  Sum sum;
  sum.add(call.id);
  sum.add(call.quantity);
  sum.add_text(call.name);
  return sum.value();
}

uint64_t sum_of(const Record& record) {
  Sum sum;
#define ADD(i) sum.add(record.n##i);
  MICRO_TWENTY(ADD)
#undef ADD
#define ADD(i) sum.add(record.u##i), sum.add(record.d##i);
  MICRO_TEN(ADD)
#undef ADD
#define ADD(i) sum.add(record.b##i), sum.add_text(record.s##i);
  MICRO_FIVE(ADD)
#undef ADD
  return sum.value();
}

uint64_t sum_of(const Texts& texts) {
  Sum sum;
  for (const std::string& text : texts.texts) sum.add_text(text);
  return sum.value();
}

uint64_t sum_of(const Table& table) {
  Sum sum;
  for (const auto& [key, value] : table.entries) sum.add_text(key), sum.add(value);
  return sum.value();
}

uint64_t sum_of(const HashTable& table) {
  Sum sum;
  for (const auto& [key, value] : table.entries) sum.add_text(key), sum.add(value);
  return sum.value();
}

}  // namespace ferrule::bench::micro
