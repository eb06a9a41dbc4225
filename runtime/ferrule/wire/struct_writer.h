// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// Writes the fields of one struct, in the order of their ordinals. Offsets count from the end of
/// the struct's 8-byte header. Borrows the encoder.
class StructWriter {
 public:
  /// Claims the struct as the encoder's next object. `num_bytes` has the header in it.
  StructWriter(Encoder& encoder, uint32_t num_bytes, uint32_t version)
      : encoder_(encoder),
        at_(encoder.claim(num_bytes)),
        object_(encoder.claimed(at_)),
        num_bytes_(num_bytes) {
    put(0, num_bytes);
    put(sizeof(num_bytes), version);
  }

  template <class T>
  requires WireType<std::remove_cvref_t<T>>
  void write(size_t offset, T&& value) {
    using Value = std::remove_cvref_t<T>;
    if constexpr (WireNumber<Value>) {
      put(kObjectHeaderBytes + offset, static_cast<Value>(value));
    } else {
      Codec<Value>::encode(encoder_, place(offset), std::forward<T>(value));
    }
  }

  void write_bool(size_t offset, unsigned bit, bool value) {
    FERRULE_CHECK(bit < 8 && kObjectHeaderBytes + offset < num_bytes_);
    if (object_ == nullptr) [[unlikely]]
      return;
    uint8_t& byte = object_[kObjectHeaderBytes + offset];
    byte = static_cast<uint8_t>(byte | unsigned{value} << bit);
  }

  /// A number or enum that may be unset: a bit says whether it is there.
  template <class T>
  requires WireValue<T>
  void write_nullable(size_t flag_offset, unsigned flag_bit, size_t offset,
                      const std::optional<T>& value) {
    write_bool(flag_offset, flag_bit, value.has_value());
    if (value) {
      Codec<T>::encode(encoder_, place(offset), *value);
    } else {
      Codec<T>::write_absent(encoder_, place(offset));
    }
  }

  void write_nullable_bool(size_t flag_offset, unsigned flag_bit, size_t offset, unsigned bit,
                           const std::optional<bool>& value) {
    write_bool(flag_offset, flag_bit, value.has_value());
    write_bool(offset, bit, value.value_or(false));
  }

 private:
  size_t place(size_t offset) const noexcept { return at_ + kObjectHeaderBytes + offset; }

  /// Into the struct, which is claimed: where that is, generated code says in constants, and the
  /// check goes away.
  template <class Number>
  void put(size_t offset, Number value) {
    FERRULE_CHECK(offset + sizeof(value) <= num_bytes_);
    if (object_ == nullptr) [[unlikely]]
      return;
    std::memcpy(object_ + offset, &value, sizeof(value));
  }

  Encoder& encoder_;
  size_t at_;
  uint8_t* object_;  // null if the encoder has failed
  uint32_t num_bytes_;
};

}  // namespace ferrule::wire
