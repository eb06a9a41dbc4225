// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "ferrule/wire/box.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// The nullable form of what `Inner` writes, for any holder of nothing or one value:
/// `std::optional`, `Box`.
template <class Inner>
struct NullableCodec {
  static constexpr size_t kInlineBytes = Inner::kInlineBytes;

  template <class Holder>
  static void measure(SizeCounter& size, const Holder& holder) {
    if (holder) Inner::measure(size, *holder);
  }

  template <class Holder>
  static void encode(Encoder& encoder, size_t at, Holder&& holder) {
    if (holder) {
      Inner::encode(encoder, at, *std::forward<Holder>(holder));
    } else {
      Inner::write_null(encoder, at);
    }
  }

  template <class T>
  static bool decode(Decoder& decoder, size_t at, std::optional<T>& out) {
    out.reset();
    if (Inner::is_null(decoder, at)) return Inner::accept_null(decoder, at);
    return Inner::decode(decoder, at, out.emplace());
  }

  template <class T>
  static bool decode(Decoder& decoder, size_t at, Box<T>& out) {
    out.reset();
    if (Inner::is_null(decoder, at)) return Inner::accept_null(decoder, at);
    return decoder.charge(sizeof(T), at) && Inner::decode(decoder, at, out.emplace());
  }
};

/// What a nullable type is without null; other types as they are.
template <class T>
struct NotNullOf {
  using Type = T;
};
template <class T>
struct NotNullOf<std::optional<T>> {
  using Type = T;
};
template <class T>
struct NotNullOf<Box<T>> {
  using Type = T;
};
template <class T>
using NotNull = typename NotNullOf<T>::Type;

template <WireReference T>
struct Codec<std::optional<T>> : NullableCodec<Codec<T>> {};

/// A nullable field of a type that contains itself. Says nothing of T before it is used: T is not
/// complete yet where a Box of it is a member.
template <class T>
struct Codec<Box<T>> : NullableCodec<Codec<T>> {};

}  // namespace ferrule::wire
