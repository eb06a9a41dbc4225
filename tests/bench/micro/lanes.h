// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ferrule::bench::micro {

/// One way of doing one piece of work. Lanes with the same `work` are rivals, and give the same
/// answer: a lane that decodes the sum of all it read, one that encodes the number of bytes it
/// made.
struct Lane {
  std::string work;  ///< "decode, 50 fields"
  std::string name;  ///< "protobuf"
  std::function<uint64_t()> run;
  bool is_decoder = false;
};

std::vector<Lane> ferrule_lanes();
std::vector<Lane> protobuf_lanes();
std::vector<Lane> capnp_lanes();

inline constexpr const char* kCall = "call with 3 fields";
inline constexpr const char* kRecord = "struct with 50 fields";
inline constexpr const char* kTexts = "1,000 strings";
inline constexpr const char* kTable = "map of 10,000 entries";

inline Lane encoder(const char* data, const char* name, std::function<uint64_t()> run) {
  return {std::string("encode, ") + data, name, std::move(run), false};
}
inline Lane decoder(const char* data, const char* name, std::function<uint64_t()> run) {
  return {std::string("decode, ") + data, name, std::move(run), true};
}

}  // namespace ferrule::bench::micro
