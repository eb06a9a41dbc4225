// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/union.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// Writes the 16 bytes of a union: its size, the tag of the member that is set, and that member.
/// Borrows the encoder.
class UnionWriter {
 public:
  /// The union stands at `at`, in memory that was claimed.
  UnionWriter(Encoder& encoder, size_t at, uint32_t tag)
      : encoder_(encoder), data_(at + kUnionDataOffset) {
    encoder.write(at, kUnionBytes);
    encoder.write(at + kUnionTagOffset, tag);
  }

  template <class T>
  requires WireType<std::remove_cvref_t<T>>
  void write(T&& value) {
    using Member = Codec<std::remove_cvref_t<T>>;
    static_assert(Member::kInlineBytes <= 8, "a union in a union is written with write_nested");
    Member::encode(encoder_, data_, std::forward<T>(value));
  }

  void write_bool(bool value) { encoder_.write_bit(data_, 0, value); }

  /// A member that is a union itself, or an optional or Box of one.
  template <class T>
  void write_nested(T&& value) {
    NestedUnionCodec<std::remove_cvref_t<T>>::encode(encoder_, data_, std::forward<T>(value));
  }

 private:
  Encoder& encoder_;
  size_t data_;
};

}  // namespace ferrule::wire
