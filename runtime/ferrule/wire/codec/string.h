// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/pointer.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// The parts of the string codec that do not depend on the type that holds the text.
void encode_string(Encoder& encoder, std::string_view text);
bool decode_string(Decoder& decoder, size_t object, std::string& out);

/// A string that is only sent: what proxies take.
template <>
struct Codec<std::string_view> : PointerCodec<Codec<std::string_view>> {
  static void measure(SizeCounter& size, std::string_view text) {
    size.add_object(kObjectHeaderBytes + text.size());
  }
  static void encode_object(Encoder& encoder, std::string_view text) {
    encode_string(encoder, text);
  }
};

/// A string: an array of bytes that are UTF-8, which both sides check.
template <>
struct Codec<std::string> : PointerCodec<Codec<std::string>> {
  static void measure(SizeCounter& size, std::string_view text) {
    size.add_object(kObjectHeaderBytes + text.size());
  }
  static void encode_object(Encoder& encoder, std::string_view text) {
    encode_string(encoder, text);
  }
  static bool decode_object(Decoder& decoder, size_t object, std::string& out) {
    return decode_string(decoder, object, out);
  }
};

}  // namespace ferrule::wire
