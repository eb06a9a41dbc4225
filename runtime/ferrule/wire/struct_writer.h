// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// Writes the fields of one struct, in the order of their ordinals. Offsets count from the end of
/// the struct's 8-byte header. Borrows the encoder.
class StructWriter {
 public:
  /// Claims the struct as the encoder's next object. `num_bytes` has the header in it.
  StructWriter(Encoder& encoder, uint32_t num_bytes, uint32_t version)
      : encoder_(encoder), fields_(encoder.claim(num_bytes) + kObjectHeaderBytes) {
    encoder.write(fields_ - kObjectHeaderBytes, num_bytes);
    encoder.write(fields_ - kObjectHeaderBytes + 4, version);
  }

  template <class T>
  requires WireType<std::remove_cvref_t<T>>
  void write(size_t offset, T&& value) {
    Codec<std::remove_cvref_t<T>>::encode(encoder_, fields_ + offset, std::forward<T>(value));
  }

  void write_bool(size_t offset, unsigned bit, bool value) {
    encoder_.write_bit(fields_ + offset, bit, value);
  }

  /// A number or enum that may be unset: a bit says whether it is there.
  template <class T>
  requires WireValue<T>
  void write_nullable(size_t flag_offset, unsigned flag_bit, size_t offset,
                      const std::optional<T>& value) {
    write_bool(flag_offset, flag_bit, value.has_value());
    if (value) {
      Codec<T>::encode(encoder_, fields_ + offset, *value);
    } else {
      Codec<T>::write_absent(encoder_, fields_ + offset);
    }
  }

  void write_nullable_bool(size_t flag_offset, unsigned flag_bit, size_t offset, unsigned bit,
                           const std::optional<bool>& value) {
    write_bool(flag_offset, flag_bit, value.has_value());
    write_bool(offset, bit, value.value_or(false));
  }

 private:
  Encoder& encoder_;
  size_t fields_;
};

}  // namespace ferrule::wire
