// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/decoder.h"

namespace ferrule::wire {

/// Reads the fields of one received struct, in the order of their ordinals. Its header is checked
/// on construction: look at `ok()` first, then read only fields of versions that it `has`. Offsets
/// count from the end of the struct's 8-byte header. Borrows the decoder.
///
///   StructReader r(decoder, at, kVersions);
///   return r.ok() && r.read(0, out.a, "a") && (!r.has(2) || r.read(8, out.b, "b"));
class StructReader {
 public:
  StructReader(Decoder& decoder, size_t at, std::span<const StructVersion> known)
      : decoder_(decoder),
        fields_(at + kObjectHeaderBytes),
        ok_(decoder.claim_struct(at, known, version_)) {}
  /// The struct of a message's parameters.
  static StructReader for_payload(Decoder& decoder, std::span<const StructVersion> known) {
    return {decoder, decoder.payload_offset(), known};
  }

  bool ok() const noexcept { return ok_; }
  /// As the sender knew it; may be newer than ours.
  uint32_t version() const noexcept { return version_; }
  bool has(uint32_t min_version) const noexcept { return version_ >= min_version; }

  template <class T>
  requires WireType<T>
  bool read(size_t offset, T& out, const char* name) {
    return Codec<T>::decode(decoder_, fields_ + offset, out) || decoder_.in_field(name);
  }

  bool read_bool(size_t offset, unsigned bit, bool& out) noexcept {
    out = decoder_.load_bit(fields_ + offset, bit);
    return true;
  }

  template <class T>
  requires WireValue<T>
  bool read_nullable(size_t flag_offset, unsigned flag_bit, size_t offset, std::optional<T>& out,
                     const char* name) {
    out.reset();
    return !decoder_.load_bit(fields_ + flag_offset, flag_bit) || read(offset, out.emplace(), name);
  }

  bool read_nullable_bool(size_t flag_offset, unsigned flag_bit, size_t offset, unsigned bit,
                          std::optional<bool>& out) noexcept {
    out.reset();
    if (decoder_.load_bit(fields_ + flag_offset, flag_bit)) {
      out = decoder_.load_bit(fields_ + offset, bit);
    }
    return true;
  }

 private:
  Decoder& decoder_;
  size_t fields_;
  uint32_t version_ = 0;
  bool ok_;
};

}  // namespace ferrule::wire
