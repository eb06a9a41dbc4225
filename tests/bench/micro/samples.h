// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "micro.idl.h"

// The fields of a Record by their kind, for code that must name each: X(00) X(01) ...
#define MICRO_FIVE(X) X(00) X(01) X(02) X(03) X(04)
#define MICRO_TEN(X) MICRO_FIVE(X) X(05) X(06) X(07) X(08) X(09)
#define MICRO_TWENTY(X) MICRO_TEN(X) X(10) X(11) X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(19)

namespace ferrule::bench::micro {

/// The data, as an application holds it. Always the same.
const Call& sample_call();
const Record& sample_record();
/// 1,000 strings of 8 to 40 bytes.
const Texts& sample_texts();
/// 10,000 entries in no order. Every lane fills its map in this order, so that its nodes lie
/// scattered in memory, as those of a map that grew.
const std::vector<std::pair<std::string, uint64_t>>& sample_entries();
const Table& sample_table();
const HashTable& sample_hash_table();

/// What a lane makes of the values it decoded: equal for all, and it takes every field to know it.
class Sum {
 public:
  template <class Number>
  void add(Number number) {
    sum_ += static_cast<uint64_t>(number);
  }
  void add_text(std::string_view text) {
    sum_ += text.size() * 31 + static_cast<uint8_t>(text.empty() ? 0 : text.back());
  }
  uint64_t value() const { return sum_; }

 private:
  uint64_t sum_ = 0;
};

uint64_t sum_of(const Call& call);
uint64_t sum_of(const Record& record);
uint64_t sum_of(const Texts& texts);
uint64_t sum_of(const Table& table);
uint64_t sum_of(const HashTable& table);

}  // namespace ferrule::bench::micro
