// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// What all types have in common whose place holds a pointer to an object. `Derived` says how the
/// object is measured (as `measure`), and has `encode_object(Encoder&, value)` and
/// `decode_object(Decoder&, size_t object, out)`.
template <class Derived>
struct PointerCodec {
  static constexpr size_t kInlineBytes = 8;

  template <class T>
  static void encode(Encoder& encoder, size_t at, T&& value) {
    if (!encoder.enter()) return;
    encoder.write_pointer(at);
    Derived::encode_object(encoder, std::forward<T>(value));
    encoder.leave();
  }

  template <class T>
  static bool decode(Decoder& decoder, size_t at, T& out) {
    size_t object = 0;
    return decoder.enter_pointer(at, object) && Derived::decode_object(decoder, object, out) &&
           decoder.leave();
  }

  /// The pointer is 0 already. A receiver counts it as a level of nesting all the same.
  static void write_null(Encoder& encoder, size_t /*at*/) {
    if (encoder.enter()) encoder.leave();
  }
  static bool is_null(const Decoder& decoder, size_t at) { return decoder.is_null_pointer(at); }
  static bool accept_null(Decoder& decoder, size_t at) {
    return decoder.enter(at) && decoder.leave();
  }
};

}  // namespace ferrule::wire
