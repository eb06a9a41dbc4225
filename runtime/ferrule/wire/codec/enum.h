// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"

namespace ferrule::wire {

/// An enum: int32. A number without a name is refused, by the sender too; an extensible enum reads
/// it as its default, or, where there is none, lets it pass.
template <WireEnum T>
struct Codec<T> {
  using Traits = EnumTraits<T>;
  static constexpr size_t kInlineBytes = sizeof(int32_t);

  static void measure(SizeCounter& /*size*/, T /*value*/) {}

  static void encode(Encoder& encoder, size_t at, T value) {
    const auto number = static_cast<int32_t>(value);
    if (!Traits::kIsExtensible && !Traits::is_known(number)) [[unlikely]] {
      encoder.fail_at(at, "the enum has no such value");
    }
    encoder.write(at, number);
  }

  static bool decode(Decoder& decoder, size_t at, T& out) {
    const auto number = decoder.load<int32_t>(at);
    out = static_cast<T>(number);
    if (Traits::is_known(number)) return true;
    if constexpr (!Traits::kIsExtensible) {
      return decoder.fail(ValidationError::kUnknownEnumValue, at);
    } else {
      if constexpr (requires { Traits::kDefault; }) out = Traits::kDefault;
      return true;
    }
  }

  /// Published validators look at the place of an unset enum too, so a known value stands there.
  static void write_absent(Encoder& encoder, size_t at) {
    encoder.write(at, static_cast<int32_t>(Traits::kLowest));
  }
};

}  // namespace ferrule::wire
