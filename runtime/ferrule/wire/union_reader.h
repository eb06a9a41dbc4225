// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/union.h"
#include "ferrule/wire/decoder.h"

namespace ferrule::wire {

/// Reads the 16 bytes of a received union that is not null. Look at `ok()`, then read the member
/// that `tag()` names. Borrows the decoder.
class UnionReader {
 public:
  UnionReader(Decoder& decoder, size_t at)
      : decoder_(decoder),
        at_(at),
        ok_(decoder.load<uint32_t>(at) == kUnionBytes ||
            decoder.fail(ValidationError::kIllegalMemoryRange, at)) {}

  bool ok() const noexcept { return ok_; }
  uint32_t tag() const noexcept { return decoder_.load<uint32_t>(at_ + kUnionTagOffset); }

  template <class T>
  requires WireType<T>
  bool read(T& out, const char* name) {
    static_assert(Codec<T>::kInlineBytes <= 8, "a union in a union is read with read_nested");
    return Codec<T>::decode(decoder_, at_ + kUnionDataOffset, out) || decoder_.in_field(name);
  }

  bool read_bool(bool& out) noexcept {
    out = decoder_.load_bit(at_ + kUnionDataOffset, 0);
    return true;
  }

  /// A member that is a union itself, or an optional or Box of one.
  template <class T>
  bool read_nested(T& out, const char* name) {
    return NestedUnionCodec<T>::decode(decoder_, at_ + kUnionDataOffset, out) ||
           decoder_.in_field(name);
  }

  /// No member has this tag. False.
  bool unknown_tag() {
    return decoder_.fail(ValidationError::kUnknownUnionTag, at_ + kUnionTagOffset);
  }

 private:
  Decoder& decoder_;
  size_t at_;
  bool ok_;
};

}  // namespace ferrule::wire
