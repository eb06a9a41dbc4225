// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "common_types.idl.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {

/// What comes of an S that is written as what its bytes are to a stranger: any value of the plain
/// types that no mapping has looked at. "OK", or the failure.
template <class To, class From>
std::string carry(From from, To* to = nullptr) {
  auto message = encode(Field<From>{std::move(from)});
  if (!message) return message.error().message();
  message->buffer().complete();
  const auto bytes = message->buffer().bytes();
  Field<To> read;
  const auto failure =
      decode(std::vector<uint8_t>(bytes.begin(), bytes.end()), read, std::move(message->handles()));
  if (failure.error != wire::ValidationError::kNone) return to_string(failure);
  if (to != nullptr) *to = std::move(read.value);
  return "OK";
}

}  // namespace ferrule::test
