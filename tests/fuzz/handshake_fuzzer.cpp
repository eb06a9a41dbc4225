// SPDX-License-Identifier: Apache-2.0
// The first frames on a link, from a peer that has not said hello. An input is a row of
//
//   number of bytes (2), bytes of a frame

#include "fuzz/fuzz_input.h"
#include "fuzz/raw_link.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ferrule::test::FuzzInput input(data, size);
  ferrule::test::RawLink raw;
  while (!input.empty() && raw.is_open()) {
    const size_t num_bytes = input.number<uint16_t>();
    raw.give(input.take(num_bytes));
  }
  return 0;
}
